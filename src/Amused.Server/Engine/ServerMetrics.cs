using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Amused.Server;

/// <summary>What the server measures, under OpenTelemetry's names: a meter and a source of spans, both called <see cref="Name"/>.</summary>
public sealed class ServerMetrics : IDisposable
{
    /// <summary>The name of meter and source.</summary>
    public const string Name = "Amused.Server";

    private readonly Meter meter;
    private readonly Histogram<double> stage, wait;
    private readonly Histogram<int> batch;
    private readonly Counter<long> steps, images, jobs, refused;

    /// <summary>Makes the instruments.</summary>
    public ServerMetrics(IMeterFactory factory)
    {
        meter = factory.Create(Name);
        Spans = new(Name);
        stage = meter.CreateHistogram<double>("amused.stage.duration", "s", "How long a stage took: encode, step, decode or save.");
        wait = meter.CreateHistogram<double>("amused.queue.wait", "s", "How long a job waited for its first step.");
        batch = meter.CreateHistogram<int>("amused.batch.size", "{image}", "Images that shared a forward pass.");
        steps = meter.CreateCounter<long>("amused.steps", "{step}", "Steps of images.");
        images = meter.CreateCounter<long>("amused.images", "{image}", "Pictures made.");
        jobs = meter.CreateCounter<long>("amused.jobs", "{job}", "Jobs that ended, by status.");
        refused = meter.CreateCounter<long>("amused.jobs.refused", "{job}", "Jobs that found the queue full.");
    }

    /// <summary>The meter.</summary>
    internal Meter Meter => meter;

    /// <summary>The source of the server's spans.</summary>
    public ActivitySource Spans { get; }

    /// <summary>Watches the queue and what runs.</summary>
    public void Observe(Func<int> waiting, Func<int> running)
    {
        meter.CreateObservableGauge("amused.queue.length", waiting, "{job}", "Jobs that wait.");
        meter.CreateObservableGauge("amused.images.running", running, "{image}", "Images under way.");
    }

    internal void Stage(string name, TimeSpan duration) =>
        stage.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("stage", name));

    /// <summary>Counts a step of the images under way.</summary>
    /// <param name="images">How many images moved on.</param>
    /// <param name="sizes">How many went through each forward pass; images that are alike go through once.</param>
    /// <param name="duration">How long it took.</param>
    internal void Step(int images, IReadOnlyList<int> sizes, TimeSpan duration)
    {
        Stage("step", duration);
        foreach (var size in sizes)
            batch.Record(size);
        steps.Add(images);
    }

    internal void Refused() => refused.Add(1);

    /// <summary>Counts a job that has ended, and writes its span.</summary>
    internal void Ended(Job job, ActivityContext parent)
    {
        jobs.Add(1, new KeyValuePair<string, object?>("status", job.Status.ToString().ToLowerInvariant()));
        if (job.Started is { } started)
            wait.Record((started - job.Submitted).TotalSeconds);
        if (job.Status == JobStatus.Done)
            images.Add(job.Request.ImageCount);
        using var span = Spans.StartActivity("job", ActivityKind.Internal, parent, startTime: job.Submitted);
        if (span is null)
            return;
        span.SetTag("amused.model", job.Request.Model).SetTag("amused.kind", job.Request.Kind)
            .SetTag("amused.images", job.Request.ImageCount).SetTag("amused.status", job.Status.ToString());
        if (job.Status == JobStatus.Failed)
            span.SetStatus(ActivityStatusCode.Error);
        if (job.Last is JobEvent.Finished { Result.Timings: var timings })
        {
            span.SetTag("amused.seconds.text", timings.TextEncoding.TotalSeconds)
                .SetTag("amused.seconds.picture", timings.ImageEncoding.TotalSeconds);
            span.SetTag("amused.seconds.sampling", timings.Sampling.TotalSeconds)
                .SetTag("amused.seconds.decoding", timings.Decoding.TotalSeconds);
        }
        span.SetEndTime((job.Ended ?? job.Submitted).UtcDateTime);
    }

    /// <inheritdoc/>
    public void Dispose() => Spans.Dispose();
}
