using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Something that a run must find again when it is resumed. A checkpoint stores the tensors under their names; copying the stored values back into the same
/// tensors (<c>copy_</c>) restores it bit for bit.
/// </summary>
internal interface ITrainingState
{
    /// <summary>The live tensors by name, always the same ones in the same order. Their owner stays the owner.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> State { get; }
}

internal static class TrainingStates
{
    /// <summary>The tensors of a part of a larger state, with the part's name before theirs; none where there is no such part.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Under(this ITrainingState? part, string name) =>
        part?.State.Select(entry => KeyValuePair.Create($"{name}.{entry.Key}", entry.Value)) ?? [];
}
