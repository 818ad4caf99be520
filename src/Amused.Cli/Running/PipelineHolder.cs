using System.Diagnostics;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Pipelines;

namespace Amused.Cli.Running;

/// <summary>Keeps the pipeline that is in use, so that calls with one model load it once.</summary>
internal sealed class PipelineHolder(Host host, IProgressDisplay progress) : IDisposable
{
    private AmusedPipeline? pipeline;
    private ModelChoice? loaded;

    /// <summary>The pipeline of a model, and how long its loading took: nothing when it is there already.</summary>
    public (AmusedPipeline Pipeline, TimeSpan LoadTime) Get(ModelChoice choice)
    {
        if (pipeline is not null && loaded == choice)
            return (pipeline, TimeSpan.Zero);
        Dispose();
        var clock = Stopwatch.StartNew();
        pipeline = progress.Run($"loading {choice.Model}", bar => AmusedPipeline.FromPretrained(choice.Model, Options(choice, bar), host.Cancellation));
        loaded = choice;
        foreach (var notice in pipeline.Notices)
            host.Note(notice);
        return (pipeline, clock.Elapsed);
    }

    public void Dispose()
    {
        pipeline?.Dispose();
        (pipeline, loaded) = (null, null);
    }

    private LoadOptions Options(ModelChoice choice, IProgressBar bar) => new()
    {
        Variant = choice.Hub.Variant,
        Precision = choice.Precision,
        Device = choice.Device,
        Hub = choice.Hub.ToHubOptions(bar),
    };
}
