using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>One call of <see cref="VqTrainer.Run"/>: phase after phase.</summary>
internal sealed class VqRun : ITrainingRun
{
    private readonly VqTrainingConfig config;
    private readonly VqUpdates updates;
    private readonly IImageSource source;
    private readonly HeldOutPictures? heldOut;
    private readonly VqTrainingHooks hooks;
    private readonly VqSpeed speed;
    private DataPosition position;
    private (VqPhase Phase, long First, IExampleStream<VqBatch> Pictures)? current;
    private long brokenBefore;

    /// <param name="config">The run's settings.</param>
    /// <param name="updates">Makes the updates.</param>
    /// <param name="source">The pictures to train on.</param>
    /// <param name="heldOut">Those to judge by, freed with this; null: none.</param>
    /// <param name="hooks">What the caller wants to hear.</param>
    /// <param name="start">The place of the first picture.</param>
    public VqRun(VqTrainingConfig config, VqUpdates updates, IImageSource source, HeldOutPictures? heldOut, VqTrainingHooks hooks, DataPosition start)
    {
        (this.config, this.updates, this.source, this.heldOut, this.hooks, position) = (config, updates, source, heldOut, hooks, start);
        speed = new(hooks.Clock, config);
        if (config.MixedPrecision.SlownessOn(CPU) is { } slowness)
            hooks.Notice?.Invoke(slowness);
    }

    public long Broken => brokenBefore + (current?.Pictures.Broken ?? 0);

    public UpdateOutcome Update(long step, CancellationToken cancellation)
    {
        var (phase, first, pictures) = At(step);
        if (step == first && phase.ClustersCodebook)
            hooks.Notice?.Invoke($"codebook from clusters: error {updates.ClusterCodebook(Batches(pictures, cancellation)):P1} of the variance");
        using var batch = pictures.Take(cancellation);
        var report = updates.Step(batch, phase, step - first);
        position = pictures.Position;
        return new(
            report.Loss, !report.Applied || !double.IsFinite(report.Loss), position,
            () => hooks.OnStep?.Invoke(speed.Complete(report, phase, first + phase.Steps - step - 1, pictures.WaitingShare)));
    }

    public void Show(long step)
    {
        var (phase, first, _) = current!.Value;
        if (heldOut is { Count: > 0 } && (step == first + phase.Steps || step % config.Validation.Every == 0))
            hooks.OnValidation?.Invoke(updates.WithAverage(() => heldOut.Evaluate(updates, phase.Quantizes, config.Output)));
    }

    public void Dispose()
    {
        End();
        heldOut?.Dispose();
    }

    /// <summary>The phase of a step, with its pictures.</summary>
    private (VqPhase Phase, long First, IExampleStream<VqBatch> Pictures) At(long step)
    {
        var (phase, first) = (config.Phases[0], 0L);
        foreach (var next in config.Phases.Skip(1).TakeWhile(_ => step >= first + phase.Steps))
            (phase, first) = (next, first + phase.Steps);
        if (current?.First != first)
        {
            End();
            current = (phase, first, VqPictures.Open(source, config, phase, position, hooks.Notice));
            speed.BeginPhase();
        }
        return current!.Value;
    }

    /// <summary>Ends a phase.</summary>
    private void End()
    {
        brokenBefore = Broken;
        current?.Pictures.Dispose();
        current = null;
    }

    private static IEnumerable<VqBatch> Batches(IExampleStream<VqBatch> pictures, CancellationToken cancellation)
    {
        while (true)
            yield return pictures.Take(cancellation);
    }
}
