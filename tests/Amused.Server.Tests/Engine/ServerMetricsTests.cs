using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Amused.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Amused.Server.Tests.Telemetry;

public sealed class ServerMetricsTests
{
    [Fact]
    public async Task A_job_is_measured_stage_by_stage_and_leaves_a_span_without_its_prompt()
    {
        await using var server = await RunningServer.StartAsync();
        var metrics = server.Server.Services.GetRequiredService<ServerMetrics>();
        var (measured, spans) = (new ConcurrentBag<(string Name, double Value, string? Tag)>(), new ConcurrentBag<Activity>());
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests' servers have meters of the same name.
                if (instrument.Meter == metrics.Meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Keep<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
            measured.Add((instrument.Name, Convert.ToDouble(value), tags.Length > 0 ? (string?)tags[0].Value : null));
        meters.SetMeasurementEventCallback<double>(Keep);
        meters.SetMeasurementEventCallback<int>(Keep);
        meters.SetMeasurementEventCallback<long>(Keep);
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source == metrics.Spans,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(activities);

        await server.Post("v1/images/generations", new { prompt = "a secret fox", n = 2, num_inference_steps = 3 });
        await server.Engine.DrainAsync();
        meters.RecordObservableInstruments();

        Assert.Equal(["decode", "encode", "save", "step"], measured.Where(item => item.Name == "amused.stage.duration")
            .Select(item => item.Tag).Distinct().Order());
        Assert.Equal(6, measured.Where(item => item.Name == "amused.steps").Sum(item => item.Value));
        // Before the first step both images are the same, and go through the network once.
        Assert.Equal([1.0, 2, 2], measured.Where(item => item.Name == "amused.batch.size").Select(item => item.Value).Order());
        Assert.Equal(2, measured.Where(item => item.Name == "amused.images").Sum(item => item.Value));
        Assert.Equal("done", measured.Single(item => item.Name == "amused.jobs").Tag);
        Assert.Single(measured, item => item.Name == "amused.queue.wait");
        Assert.Single(measured, item => item.Name == "amused.queue.length");
        var span = Assert.Single(spans);
        Assert.Equal("tiny256", span.GetTagItem("amused.model"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains("secret", StringComparison.Ordinal));
    }
}
