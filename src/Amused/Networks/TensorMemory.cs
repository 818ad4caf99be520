using System.Buffers;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>The numbers of a float32 tensor on the CPU as memory, without a copy; disposing of it frees the tensor.</summary>
internal sealed class TensorMemory(Tensor numbers) : MemoryManager<float>
{
    /// <inheritdoc/>
    public override Span<float> GetSpan()
    {
        if (numbers.numel() == 0)
            return [];
        // Of the first number alone, since the bytes of all may be more than a span can hold.
        using var first = numbers.flatten().narrow(0, 0, 1);
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.Cast<byte, float>(first.bytes)[0], checked((int)numbers.numel()));
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Unpin() => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            numbers.Dispose();
    }
}
