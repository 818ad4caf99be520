using Amused.Training.Configuration;
using Amused.Training.Data;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training.Checkpoints;

/// <summary>How far a run is; the rest of its chance follows from this and the seed.</summary>
internal sealed record TrainingProgress
{
    /// <summary>Updates done, those that were left out included.</summary>
    public long Step { get; init; }

    /// <summary>The data's place: how often all have been seen.</summary>
    public long Epoch { get; init; }

    /// <summary>The data's place within the epoch.</summary>
    public long Index { get; init; }

    /// <summary>How many updates in a row have been left out.</summary>
    public int BadSteps { get; init; }

    public DataPosition Position() => new(Epoch, Index);
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

    /// <summary>Settings that may change from one part of a run to the next, since the weights do not depend on them.</summary>
    private static readonly HashSet<string> Free =
    [
        "output", "device", "checkpoints", "validation", "max_bad_steps", "data.workers", "data.max_broken_share", "data.source", "data.image", "model.name", "model.init_from",
    ];

    public static void Write(
        string folder, TrainingConfig config, TrainingProgress progress, IEnumerable<KeyValuePair<string, Tensor>> weights, IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        WriteTensors(Path.Combine(folder, WeightsName), weights);
        WriteTensors(Path.Combine(folder, StateName), state);
        ConfigJson.Write(Path.Combine(folder, ProgressName), progress);
        config.Write(Path.Combine(folder, ConfigName));
    }

    /// <summary>Refuses a checkpoint of a run with other settings.</summary>
    /// <exception cref="InvalidRequestException">The message says which differ.</exception>
    public static void ThrowIfOther(string folder, TrainingConfig config)
    {
        var then = TrainingConfig.Read(Path.Combine(folder, ConfigName));
        var free = Free.ToHashSet();
        if (config.Optimizer.Schedule is Schedules.LearningRateCurve.Constant or Schedules.LearningRateCurve.ConstantWithWarmup)
            free.Add("max_steps");
        var differences = ConfigTree.Differences(config.ToJson(), then.ToJson(), free).ToList();
        if (differences.Count > 0)
            throw new InvalidRequestException($"{FileFault.Printable(folder)} is of a run with other settings: {string.Join("; ", differences)}");
    }

    public static TrainingProgress ReadProgress(string folder) => ConfigJson.Read<TrainingProgress>(Path.Combine(folder, ProgressName));

    /// <summary>Puts the trained weights of a checkpoint in place.</summary>
    public static void ReadWeights(string folder, IEnumerable<KeyValuePair<string, Tensor>> weights) => ReadTensors(Path.Combine(folder, WeightsName), weights);

    /// <summary>Puts the optimizer's and all other state in place.</summary>
    public static void ReadState(string folder, IEnumerable<KeyValuePair<string, Tensor>> state) => ReadTensors(Path.Combine(folder, StateName), state);

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
