using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Training.Checkpoints;
using Amused.Training.Data;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>
/// Trains a VQGAN, from nothing or further: phases, pictures, checkpoints. A run that is stopped, or killed, and then resumed ends with the weights of one that was not, on
/// the same machine with the same number of threads.
/// </summary>
/// <example>
/// <code>
/// VqTrainingConfig config = new() { Model = new() { Config = "vq.json" }, Data = new() { Source = "pictures" }, Output = "vq-run" };
/// using var trainer = VqTrainer.Create(config);
/// trainer.Run(hooks: new() { OnValidation = result => Console.WriteLine($"{result.Step}: {result.Psnr:0.0} dB") });
/// </code>
/// </example>
public sealed class VqTrainer : IDisposable
{
    private readonly VqNetwork network;
    private readonly VqUpdates updates;
    private readonly CheckpointStore checkpoints;
    private readonly RunLock held;
    private readonly RunIdentity identity;
    private TrainingProgress progress = TrainingProgress.None;

    private VqTrainer(VqTrainingConfig config, RunLock held, CheckpointStore checkpoints, string? resumed, VqNetwork network)
    {
        (Config, this.held, this.checkpoints, this.network, identity) = (config, held, checkpoints, network, new(config.Checkpoints.Force));
        config.ValidateFor(network.Model.Config.DownsamplingFactor);
        updates = new(network, config);
        try
        {
            if (config.Model.Name is { } name)
                identity.Add("model", ModelHash.OfWholeVq(VqFolder.Of(name), config.Model.Variant));
            else
                identity.Add("model.config", ModelHash.OfSizes(network.Model.Config));
            if (resumed is not null)
                Resume(resumed);
        }
        catch
        {
            updates.Dispose();
            throw;
        }
    }

    /// <summary>The run's settings.</summary>
    public VqTrainingConfig Config { get; }

    /// <summary>How many updates are done.</summary>
    public long Step => progress.Step;

    /// <summary>Makes or loads the network, and loads the checkpoint where the run is to go on from one.</summary>
    /// <param name="config">The run's settings.</param>
    /// <param name="notice">Is told where the newest checkpoint is broken, so that the run goes on from the one before it.</param>
    /// <exception cref="InvalidRequestException">
    /// A setting is out of range or not possible with the network; a setting, or the network's content, is not that of the checkpoint that is resumed; another training has the run's folder,
    /// or a new run's folder holds the checkpoints of another.
    /// </exception>
    /// <exception cref="BrokenInputException">The network or the checkpoint is missing or broken.</exception>
    public static VqTrainer Create(VqTrainingConfig config, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        TorchRuntime.EnsureLoaded();
        var held = RunLock.Take(config.Output, "training");
        VqNetwork? network = null;
        try
        {
            CheckpointStore checkpoints = new(config.Output, config.Checkpoints.Limit);
            var resumed = checkpoints.Find(config.Checkpoints.Resume, notice);
            using var scope = NewDisposeScope();
            network = config.Model.Name is { } name
                ? VqNetwork.Load(name, config.Model.Variant)
                : VqNetwork.Create(ConfigJson.Read<VqModelConfig>(config.Model.Config!), config.Seed);
            return new(config, held, checkpoints, resumed, network);
        }
        catch
        {
            network?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Trains until all updates are done, the time is over or the call is cancelled, and saves.</summary>
    /// <param name="source">The pictures; null: those that the settings name.</param>
    /// <param name="heldOut">Those that the run is judged by; null: as the settings say.</param>
    /// <param name="hooks">What the caller wants to hear.</param>
    /// <param name="cancellation">Stops the run after the step in hand; a checkpoint is written then.</param>
    /// <exception cref="InvalidRequestException">The settings name no data, or their content is not that of the checkpoint that is resumed.</exception>
    /// <exception cref="BrokenInputException">The data can't be read, the disk is full, or losses are no finite numbers any more; the last checkpoint stays as it was.</exception>
    public TrainingResult Run(IImageSource? source = null, IImageSource? heldOut = null, VqTrainingHooks? hooks = null, CancellationToken cancellation = default)
    {
        hooks ??= new();
        VqRun run = new(this, hooks, cancellation);
        source ??= Config.Data.Open(Config.Data.Source, hooks.Notice, cancellation);
        identity.AddAndCompare("data", (source as IFileSource)?.Hash());
        var (training, judging) = HeldOutPictures.Split(source, heldOut, Config, hooks.Notice, cancellation);
        using var pictures = judging is null ? null : new HeldOutPictures(judging, Config);
        return run.Execute(training, pictures is { Count: > 0 } ? pictures : null);
    }

    /// <summary>Saves the network as it is, averaged where there is an average, as <c>vqvae</c> in the published layout.</summary>
    /// <param name="folder">The folder that gets it; it is made if need be.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public void Save(string folder) => updates.WithAverage(() =>
    {
        network.Save(folder);
        return true;
    });

    /// <summary>What the network, averaged where there is an average, makes of pictures.</summary>
    /// <param name="pixels">(B, 3, H, W) float32 in [0, 1].</param>
    /// <param name="quantize">Whether latents are replaced by codes.</param>
    /// <returns>The same shape, clipped to [0, 1].</returns>
    public Tensor Reconstruct(Tensor pixels, bool quantize = true) => updates.WithAverage(() => updates.Reconstruct(pixels, quantize));

    /// <summary>Frees the network and all state; checkpoints stay.</summary>
    public void Dispose()
    {
        updates.Dispose();
        network.Dispose();
        held.Dispose();
    }

    private void Resume(string from)
    {
        var settings = TrainingCheckpoint.Differences(
            from, Config.ToJson(), path => VqTrainingConfig.Read(path).ToJson(), VqTrainingConfig.FreeSettings);
        identity.Compare(from, CheckpointManifest.Read(from).Identity, settings);
        progress = TrainingCheckpoint.Read(from, updates.Weights, updates.State);
        updates.StepsDone = progress.Step;
    }

    /// <summary>One call of <see cref="Run"/>.</summary>
    private sealed class VqRun(VqTrainer trainer, VqTrainingHooks hooks, CancellationToken cancellation)
    {
        private readonly VqTrainingConfig config = trainer.Config;
        private readonly VqUpdates updates = trainer.updates;
        private readonly VqSpeed speed = new(hooks.Clock, trainer.Config);
        private HeldOutPictures? heldOut;
        private double lastLoss = double.NaN;
        private long broken;

        public TrainingResult Execute(IImageSource source, HeldOutPictures? judges)
        {
            heldOut = judges;
            if (config.MixedPrecision.SlownessOn(CPU) is { } slowness)
                hooks.Notice?.Invoke(slowness);
            long first = 0;
            foreach (var phase in config.Phases)
            {
                if (trainer.Step < first + phase.Steps && Train(source, phase, first) is { } early)
                    return Stop(early);
                first += phase.Steps;
            }
            trainer.Save(config.Output);
            return Stop(TrainingEnd.Complete);
        }

        /// <summary>Trains what is left of a phase.</summary>
        /// <returns>Why the run is to stop; null where the phase is done.</returns>
        private TrainingEnd? Train(IImageSource source, VqPhase phase, long first)
        {
            using VqPictures pictures = new(source, config, phase, trainer.progress.Position(), hooks.Notice);
            speed.BeginPhase();
            try
            {
                while (trainer.Step < first + phase.Steps)
                {
                    if (config.Checkpoints.TimeLimit > 0 && speed.Elapsed.TotalSeconds >= config.Checkpoints.TimeLimit)
                        return TrainingEnd.TimeOver;
                    cancellation.ThrowIfCancellationRequested();
                    MakeStep(pictures, phase, trainer.Step - first);
                    SaveAndShow(phase, isLast: trainer.Step == first + phase.Steps);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return TrainingEnd.Cancelled;
            }
            finally
            {
                broken += pictures.Statistics.Broken;
            }
            return null;
        }

        private void MakeStep(VqPictures pictures, VqPhase phase, long stepOfPhase)
        {
            if (stepOfPhase == 0 && phase.ClustersCodebook)
                hooks.Notice?.Invoke($"codebook from clusters: error {updates.ClusterCodebook(pictures.Batches(cancellation)):P1} of the variance");
            using var batch = pictures.Take(cancellation);
            var report = updates.Step(batch, phase, stepOfPhase);
            lastLoss = report.Loss;
            Count(report, pictures.Position);
            hooks.OnStep?.Invoke(speed.Complete(report, phase, phase.Steps - stepOfPhase - 1, pictures.Statistics));
        }

        private void Count(VqStepReport report, DataPosition next)
        {
            var isBad = !report.Applied || !double.IsFinite(report.Loss);
            trainer.progress = new() { Step = trainer.Step + 1, Epoch = next.Epoch, Index = next.Index, BadSteps = isBad ? trainer.progress.BadSteps + 1 : 0 };
            trainer.progress.ThrowIfHopeless(config.MaxBadSteps, trainer.checkpoints);
            if (isBad)
                hooks.Notice?.Invoke($"step {trainer.Step}: the loss or its gradients were no finite numbers; the step was left out");
        }

        private bool IsCheckpointStep => config.Checkpoints.Every > 0 && trainer.Step % config.Checkpoints.Every == 0 && trainer.progress.BadSteps == 0;

        private void SaveAndShow(VqPhase phase, bool isLast)
        {
            if (IsCheckpointStep)
                SaveCheckpoint();
            if (heldOut is not null && (isLast || trainer.Step % config.Validation.Every == 0))
                hooks.OnValidation?.Invoke(updates.WithAverage(() => heldOut.Evaluate(updates, phase.Quantizes, config.Output)));
        }

        private TrainingResult Stop(TrainingEnd end)
        {
            if (end != TrainingEnd.Complete || !IsCheckpointStep)
                SaveCheckpoint();
            return new(end, trainer.Step, lastLoss, broken);
        }

        private void SaveCheckpoint()
        {
            var path = trainer.checkpoints.Save(trainer.Step, folder =>
            {
                trainer.Save(folder);
                var written = config with { Checkpoints = config.Checkpoints with { Force = false } };
                TrainingCheckpoint.Write(folder, written.ToJson(), trainer.progress, updates.Weights, updates.State);
            }, trainer.identity.Values);
            hooks.OnCheckpoint?.Invoke(path);
        }
    }
}
