using System.Text.Json.Nodes;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>How far a run is; the rest of its chance follows from this and the seed.</summary>
internal sealed record TrainingProgress
{
    /// <summary>Updates done, those that were left out included.</summary>
    public required long Step { get; init; }

    /// <summary>The data's place: how often all have been seen.</summary>
    public required long Epoch { get; init; }

    /// <summary>The data's place within the epoch.</summary>
    public required long Index { get; init; }

    /// <summary>How many updates in a row have been left out.</summary>
    public int BadSteps { get; init; }

    /// <summary>A run's start.</summary>
    public static TrainingProgress None { get; } = new() { Step = 0, Epoch = 0, Index = 0 };

    /// <summary>Ends a run whose losses are no finite numbers any more.</summary>
    /// <exception cref="BrokenInputException">As many updates in a row were left out; the message names the last good checkpoint.</exception>
    public void ThrowIfHopeless(int mostBadSteps, CheckpointStore checkpoints)
    {
        if (BadSteps >= mostBadSteps)
            throw new BrokenInputException(
                $"the loss or its gradients were no finite numbers {BadSteps} times in a row, up to step {Step}: a lower learning rate or clipping may help; "
                + (checkpoints.Latest is { } good ? $"the last good checkpoint is {good}" : "there is no checkpoint yet"));
    }
}

/// <summary>
/// What a checkpoint's folder holds: <c>training.json</c>, the configuration; <c>progress.json</c>; <c>weights.safetensors</c>, what is trained; and
/// <c>state.safetensors</c>, the optimizer, the average and the loss scale. All tensors as they are, so that a run goes on bit for bit.
/// </summary>
internal static class TrainingCheckpoint
{
    public const string ConfigName = "training.json";
    public const string WeightsName = "weights.safetensors";
    private const string StateName = "state.safetensors";
    private const string ProgressName = "progress.json";

    /// <summary>Fills a checkpoint's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">All settings of the run.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="weights">What is trained.</param>
    /// <param name="state">Everything else that it needs to go on.</param>
    public static void Write(
        string folder, JsonObject config, TrainingProgress progress, IEnumerable<KeyValuePair<string, Tensor>> weights, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        WriteTensors(Path.Combine(folder, WeightsName), weights);
        WriteTensors(Path.Combine(folder, StateName), state);
        ConfigJson.Write(Path.Combine(folder, ProgressName), progress);
        NewFile.Write(Path.Combine(folder, ConfigName), ConfigJson.Compose(config));
    }

    /// <summary>Puts all that a run needs to go on in place.</summary>
    /// <returns>How far it was.</returns>
    public static TrainingProgress Read(string folder, IEnumerable<KeyValuePair<string, Tensor>> weights, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        var path = Path.Combine(folder, ProgressName);
        var progress = ConfigJson.Read<TrainingProgress>(path);
        if (progress.Step < 0 || progress.Epoch < 0 || progress.Index < 0 || progress.BadSteps < 0)
            throw FileFault.Of(path, $"is damaged: no run is at step {progress.Step}, epoch {progress.Epoch}, index {progress.Index}");
        ReadWeights(folder, weights);
        ReadTensors(Path.Combine(folder, StateName), state);
        return progress;
    }

    /// <summary>Puts the trained weights of a checkpoint in place.</summary>
    public static void ReadWeights(string folder, IEnumerable<KeyValuePair<string, Tensor>> weights) => ReadTensors(Path.Combine(folder, WeightsName), weights);

    private static void WriteTensors(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        SafetensorsWriter.Write(path, tensors.Select(tensor => SafetensorsTensor.Of(tensor.Key, tensor.Value)));

    private static void ReadTensors(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var noGrad = no_grad();
        var file = SafetensorsFile.Open(path);
        using var source = new MappedTensors(file);
        foreach (var (name, tensor) in tensors)
        {
            if (!file[name].Shape.SequenceEqual(tensor.shape))
                throw FileFault.Of(path, $"the tensor {FileFault.Quote(name)} has shape {FileFault.Shape([.. file[name].Shape])}, the run asks for {FileFault.Shape(tensor.shape)}");
            using var stored = source.Read(name);
            if (stored.dtype != tensor.dtype)
                throw FileFault.Of(path, $"the tensor {FileFault.Quote(name)} is {stored.dtype}, the run asks for {tensor.dtype}");
            tensor.copy_(stored);
        }
    }
}
