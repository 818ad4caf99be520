namespace Amused.Weights;

/// <summary>One tensor of a safetensors file, as the header describes it; the file's check guarantees that it fits.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Dtype">Its element type in the file.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Where its first byte is, counted from the start of the file.</param>
/// <param name="ByteLength">How many bytes it takes: the product of the dimensions times the element size.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>How many numbers it holds.</summary>
    public long ElementCount => ByteLength / Dtype.ByteSize();
}
