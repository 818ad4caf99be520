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
    private readonly TrainingLoop loop;
    private readonly MaskedTokenObjective objective;

    private Trainer(TrainingConfig config, TrainingLoop loop, MaskedTokenObjective objective) => (Config, this.loop, this.objective) = (config, loop, objective);

    /// <summary>The run's settings.</summary>
    public TrainingConfig Config { get; }

    /// <summary>How many updates are done.</summary>
    public long Step => loop.Step;

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
        MaskedTokenObjective? objective = null;
        var loop = TrainingLoop.Begin(config.Run, isResumed => objective = MaskedTokenObjective.Load(config, isResumed, cancellation), notice);
        return new(config, loop, objective!);
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
        if (source is null && Config.Data.EncodedFolder is { } shards)
        {
            loop.CompareData(EncodedIndex.Read(shards).Hash());
        }
        else
        {
            source ??= Config.Data.Open(hooks.Notice, cancellation);
            loop.CompareData((source as IFileSource)?.Hash());
        }
        using var run = objective.Begin(source, hooks, loop.Step, loop.Position);
        return loop.Run(run, hooks, cancellation);
    }

    /// <summary>
    /// Saves what has been trained so far, averaged where there is an average: a checkpoint in the published layout where a network is trained in full, and
    /// <c>pytorch_lora_weights.safetensors</c> where there is a LoRA.
    /// </summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public void Save(string folder) => objective.Save(folder);

    /// <summary>Makes pictures with the weights as they are now, averaged where there is an average.</summary>
    public GenerationResult Generate(GenerationRequest request) => objective.Generate(request);

    /// <summary>Frees the models and all state; checkpoints stay.</summary>
    public void Dispose() => loop.Dispose();
}
