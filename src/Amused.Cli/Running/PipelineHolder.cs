using System.Diagnostics;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Lora;

namespace Amused.Cli.Running;

/// <summary>Keeps the pipeline that is in use, so that calls with one model load it once.</summary>
internal sealed class PipelineHolder(Host host, IProgressDisplay progress) : IDisposable
{
    private AmusedPipeline? pipeline;
    private ModelChoice? loaded;
    private LoraChoices applied = LoraChoices.None;

    /// <summary>The pipeline of a model with LoRAs, and how long their loading took: nothing when they are there already.</summary>
    public (AmusedPipeline Pipeline, TimeSpan LoadTime) Get(ModelChoice choice, LoraChoices loras)
    {
        if (pipeline is not null && loaded == choice && applied == loras)
            return (pipeline, TimeSpan.Zero);
        // Small files first: a broken one is found out sooner.
        foreach (var lora in loras.Files)
            LoraFile.Open(lora.File);
        var clock = Stopwatch.StartNew();
        if (pipeline is null || loaded != choice)
            Load(choice);
        Apply(loras);
        return (pipeline!, clock.Elapsed);
    }

    private void Load(ModelChoice choice)
    {
        Dispose();
        pipeline = progress.Run($"loading {choice.Model}", bar =>
            AmusedPipeline.FromPretrained(choice.Model, Options(choice, bar), host.Cancellation));
        loaded = choice;
        foreach (var notice in pipeline.Notices)
            host.Note(notice);
    }

    private void Apply(LoraChoices loras)
    {
        foreach (var lora in pipeline!.Loras)
            pipeline.UnloadLora(lora);
        applied = LoraChoices.None;
        foreach (var lora in loras.Files)
            foreach (var notice in pipeline.LoadLora(lora.File, lora.Scale, lora.Alpha).Notices)
                host.Note(notice);
        if (loras.Fuse)
            pipeline.FuseLoras();
        applied = loras;
    }

    public void Dispose()
    {
        pipeline?.Dispose();
        (pipeline, loaded, applied) = (null, null, LoraChoices.None);
    }

    private LoadOptions Options(ModelChoice choice, IProgressBar bar) => new()
    {
        Variant = choice.Hub.Variant,
        Precision = choice.Precision,
        Device = choice.Device,
        Hub = choice.Hub.ToHubOptions(bar),
    };
}
