using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Something that a run must find again when it is resumed. A checkpoint stores the tensors under their names; copying the stored values back into the same
/// tensors (<c>copy_</c>) restores it bit for bit.
/// </summary>
public interface ITrainingState
{
    /// <summary>The live tensors by name, always the same ones in the same order. Their owner stays the owner.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> State { get; }
}
