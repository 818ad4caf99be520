using static TorchSharp.torch;

namespace Amused.Training;

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
    private readonly TrainingLoop loop;
    private readonly VqObjective objective;

    private VqTrainer(VqTrainingConfig config, TrainingLoop loop, VqObjective objective) => (Config, this.loop, this.objective) = (config, loop, objective);

    /// <summary>The run's settings.</summary>
    public VqTrainingConfig Config { get; }

    /// <summary>How many updates are done.</summary>
    public long Step => loop.Step;

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
        VqObjective? objective = null;
        var loop = TrainingLoop.Begin(config.Run, _ => objective = VqObjective.Load(config), notice);
        return new(config, loop, objective!);
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
        source ??= Config.Data.Open(Config.Data.Source, hooks.Notice, cancellation);
        loop.CompareData((source as IFileSource)?.Hash());
        var (training, judging) = HeldOutPictures.Split(source, heldOut, Config, hooks.Notice, cancellation);
        using var run = objective.Begin(training, judging, hooks, loop.Step, loop.Position);
        return loop.Run(run, hooks, cancellation);
    }

    /// <summary>Saves the network as it is, averaged where there is an average, as <c>vqvae</c> in the published layout.</summary>
    /// <param name="folder">The folder that gets it; it is made if need be.</param>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public void Save(string folder) => objective.Save(folder);

    /// <summary>What the network, averaged where there is an average, makes of pictures.</summary>
    /// <param name="pixels">(B, 3, H, W) float32 in [0, 1].</param>
    /// <param name="quantize">Whether latents are replaced by codes.</param>
    /// <returns>The same shape, clipped to [0, 1].</returns>
    public Tensor Reconstruct(Tensor pixels, bool quantize = true) => objective.Reconstruct(pixels, quantize);

    /// <summary>Frees the network and all state; checkpoints stay.</summary>
    public void Dispose() => loop.Dispose();
}
