using Amused.Runtime;
using Amused.Training.Checkpoints;
using Amused.Training.Configuration;
using Amused.Training.Data;
using Amused.Training.Tuning;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Trains an aMUSEd model: fine-tuning in full or by LoRA, on one picture (StyleDrop) or on many, from a checkpoint or from nothing. A run that is stopped, or
/// killed, and then resumed ends with the weights of one that was not.
/// </summary>
/// <example>
/// <code>
/// var config = TrainingRecipe.Find("lora-256") with { Model = new() { Name = "amused/amused-256" }, Data = new() { Source = "pictures" } };
/// using var trainer = Trainer.Create(config);
/// trainer.Run(hooks: new() { OnStep = step => Console.WriteLine($"{step.Step}: {step.Loss:0.000}") });
/// </code>
/// </example>
public sealed class Trainer : IDisposable
{
    private readonly TrainedModels models;
    private readonly UpdateLoop updates;
    private readonly CheckpointStore checkpoints;
    private readonly RunLock held;
    private readonly RunIdentity identity;
    private readonly int resolution;
    private TrainingProgress progress = TrainingProgress.None;

    private Trainer(TrainingConfig config, RunLock held, CheckpointStore checkpoints, string? resumed, string folder, CancellationToken cancellation)
    {
        (Config, this.held, this.checkpoints, identity) = (config, held, checkpoints, new(config.Checkpoints.Force));
        models = TrainedModels.Load(folder, config, cancellation);
        try
        {
            resolution = config.Data.Resolution ?? ResolutionOfShards(config.Data) ?? models.Models.Size.Default;
            models.Models.Size.GridOf(resolution, resolution);
            if (config.Model.InitFrom is { } initial)
                InitialWeights.Take(initial, models);
            updates = new(models, config);
            ModelIdentity.AddTo(identity, models, config.Model);
            if (resumed is not null)
                Resume(resumed);
            foreach (var network in models.Networks)
                network.SetDropout(true);
        }
        catch
        {
            updates?.Dispose();
            models.Dispose();
            throw;
        }
    }

    /// <summary>The run's settings.</summary>
    public TrainingConfig Config { get; }

    /// <summary>How many updates are done.</summary>
    public long Step => progress.Step;

    /// <summary>Loads the model, and the checkpoint where the run is to go on from one.</summary>
    /// <param name="config">The run's settings.</param>
    /// <param name="cancellation">Stops a download, or the loading.</param>
    /// <param name="notice">Is told where the newest checkpoint is broken, so that the run goes on from the one before it.</param>
    /// <exception cref="InvalidRequestException">
    /// A setting is out of range; a setting, or the model's content, is not that of the checkpoint that is resumed; another training has the run's folder, or a new run's folder holds the
    /// checkpoints of another; a LoRA's target matches nothing; the model can't take the resolution.
    /// </exception>
    /// <exception cref="BrokenInputException">The model or checkpoint is missing or broken.</exception>
    public static Trainer Create(TrainingConfig config, CancellationToken cancellation = default, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        TorchRuntime.EnsureLoaded();
        var held = RunLock.Take(config.Output, "training");
        try
        {
            CheckpointStore checkpoints = new(config.Output, config.Checkpoints.Limit);
            var resumed = checkpoints.Find(config.Checkpoints.Resume, notice);
            var folder = StartingModel.Locate(config, isResumed: resumed is not null, cancellation);
            using var scope = NewDisposeScope();
            return new(config, held, checkpoints, resumed, folder, cancellation);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Trains until all updates are done, the time is over or the call is cancelled, and saves.</summary>
    /// <param name="source">The pictures; null: those, or the encoded shards, that the settings name.</param>
    /// <param name="hooks">What the caller wants to say and hear.</param>
    /// <param name="cancellation">Stops the run after the batch in hand; a checkpoint is written then.</param>
    /// <exception cref="InvalidRequestException">
    /// The settings name no data, or encoded shards that don't go with the model or the settings; or the data's content is not that of the checkpoint that is resumed.
    /// </exception>
    /// <exception cref="BrokenInputException">The data can't be read, the disk is full, or losses are no finite numbers any more; the last checkpoint stays as it was.</exception>
    public TrainingResult Run(IImageSource? source = null, TrainingHooks? hooks = null, CancellationToken cancellation = default)
    {
        hooks ??= new();
        if (Config.MixedPrecision.SlownessOn(models.Models.Device) is { } slowness)
            hooks.Notice?.Invoke(slowness);
        using var batches = Batches(source, hooks, cancellation);
        var loss = new BatchLoss(models, Config, batches.EmptyCaption, hooks.Loss);
        using var heldOut = HeldOutLoss.Open(models, Config, resolution);
        var meter = new SpeedMeter(hooks.Clock, Step, Config);
        var last = double.NaN;
        while (Step < Config.MaxSteps)
        {
            if (Config.Checkpoints.TimeLimit > 0 && meter.Elapsed.TotalSeconds >= Config.Checkpoints.TimeLimit)
                return Stop(TrainingEnd.TimeOver);
            UpdateOutcome outcome;
            try
            {
                outcome = updates.Run(Step, batches, loss, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return Stop(TrainingEnd.Cancelled);
            }
            last = outcome.Loss;
            Count(outcome, hooks);
            hooks.OnStep?.Invoke(meter.Report(Step, outcome, batches.WaitingShare));
            SaveAndShow(hooks);
            if (IsCheckpointStep || Step == Config.MaxSteps)
                Judge();
        }
        Save(Config.Output);
        return Stop(TrainingEnd.Complete);

        TrainingResult Stop(TrainingEnd end)
        {
            if (end != TrainingEnd.Complete || !IsCheckpointStep)
                SaveCheckpoint(hooks);
            if (end == TrainingEnd.TimeOver)
                Judge();
            return new(end, Step, last, batches.Broken);
        }

        void Judge()
        {
            if (heldOut is not null)
                hooks.OnHeldOut?.Invoke(ValidationPictures.WithoutChance(models, updates.Ema, () => heldOut.Measure(loss)));
        }
    }

    /// <summary>
    /// Saves what has been trained so far, averaged where there is an average: a checkpoint in the published layout where a network is trained in full, and
    /// <c>pytorch_lora_weights.safetensors</c> where there is a LoRA.
    /// </summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public void Save(string folder) => ValidationPictures.WithoutChance(models, updates.Ema, () =>
    {
        ResultWriter.Write(folder, models);
        return true;
    });

    /// <summary>Makes pictures with the weights as they are now, averaged where there is an average.</summary>
    public GenerationResult Generate(GenerationRequest request) => ValidationPictures.WithoutChance(models, updates.Ema, () => models.Pipeline.Generate(request));

    /// <summary>Frees the models and all state; checkpoints stay.</summary>
    public void Dispose()
    {
        updates.Dispose();
        models.Dispose();
        held.Dispose();
    }

    private bool IsCheckpointStep => Config.Checkpoints.Every > 0 && Step % Config.Checkpoints.Every == 0 && progress.BadSteps == 0;

    private void Resume(string from)
    {
        var settings = TrainingCheckpoint.Differences(
            from, Config.ToJson(), path => TrainingConfig.Read(path).ToJson(), Config.FreeSettings);
        identity.Compare(from, CheckpointManifest.Read(from).Identity, settings);
        progress = TrainingCheckpoint.Read(from, models.Parameters, updates.State);
    }

    private void Count(UpdateOutcome outcome, TrainingHooks hooks)
    {
        // An overflow that only halves the loss scale is a matter of course in fp16.
        var isBad = !double.IsFinite(outcome.Loss) || (!outcome.Applied && !(updates.LossScale >= 1));
        progress = new() { Step = Step + 1, Epoch = outcome.Next.Epoch, Index = outcome.Next.Index, BadSteps = isBad ? progress.BadSteps + 1 : 0 };
        progress.ThrowIfHopeless(Config.MaxBadSteps, checkpoints);
        if (isBad)
            hooks.Notice?.Invoke($"step {Step}: the loss or its gradients were no finite numbers; the step was left out");
    }

    private void SaveAndShow(TrainingHooks hooks)
    {
        if (IsCheckpointStep)
            SaveCheckpoint(hooks);
        if (Config.Validation.Prompts.Count == 0 || (Step % Config.Validation.Every != 0 && Step != Config.MaxSteps))
            return;
        var (path, grid) = ValidationPictures.Make(models, Config, updates.Ema, resolution, Step);
        hooks.OnValidation?.Invoke(path, grid);
    }

    private void SaveCheckpoint(TrainingHooks hooks)
    {
        var path = checkpoints.Save(Step, folder =>
        {
            ResultWriter.WriteLoras(folder, models);
            TrainingCheckpoint.Write(folder, (Config with { Checkpoints = Config.Checkpoints with { Force = false } }).ToJson(), progress, models.Parameters, updates.State);
        }, identity.Values);
        hooks.OnCheckpoint?.Invoke(path);
    }

    private IBatchSource Batches(IImageSource? source, TrainingHooks hooks, CancellationToken cancellation)
    {
        if (source is null && Config.Data.EncodedFolder is { } shards)
        {
            identity.AddAndCompare("data", EncodedIndex.Read(shards).Hash());
            return new ShardBatches(shards, models, Config, resolution, progress.Position());
        }
        source ??= Config.Data.Open(hooks.Notice, cancellation);
        identity.AddAndCompare("data", (source as IFileSource)?.Hash());
        return new PictureBatches(source, models, Config, resolution, progress.Position(), hooks.Notice);
    }

    private static int? ResolutionOfShards(DataSettings data)
    {
        if (data.EncodedFolder is not { } folder)
            return null;
        using EncodedDataset shards = new(folder);
        return shards.Resolution;
    }
}
