using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Weights;

/// <summary>One tensor to be written to a safetensors file.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Dtype">Its element type in the file.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="WriteTo">
/// Writes its bytes, little endian and row-major: exactly <see cref="ByteLength"/> of them. Called once, when its turn comes.
/// </param>
public sealed record SafetensorsTensor(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape, Action<Stream> WriteTo)
{
    private const long PieceElements = 1 << 22;

    /// <summary>How many bytes it takes.</summary>
    public long ByteLength =>
        SafetensorsHeader.ByteLength(Dtype, Shape) ?? throw new OverflowException($"The shape of {Name} is beyond any memory.");

    /// <summary>A tensor from an array that holds its elements as they are to stand in the file.</summary>
    /// <exception cref="ArgumentException">The array's size is not that of the shape.</exception>
    public static SafetensorsTensor Of<T>(string name, SafetensorsDtype dtype, IReadOnlyList<long> shape, T[] elements) where T : unmanaged
    {
        SafetensorsTensor tensor = new(name, dtype, shape, stream => stream.Write(MemoryMarshal.AsBytes<T>(elements)));
        if (MemoryMarshal.AsBytes<T>(elements).Length != tensor.ByteLength)
            throw new ArgumentException($"{elements.Length} elements are not {dtype.FileName()} {FileFault.Shape([.. shape])}.",
                nameof(elements));
        return tensor;
    }

    /// <summary>A tensor of the engine, on any device and in any layout.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="tensor">The tensor; it must stay as it is until the file is written.</param>
    /// <param name="precision">What a floating-point tensor is converted to on the way; null: as it is. Others stay as they are.</param>
    /// <exception cref="InvalidRequestException">The format has no such element type.</exception>
    public static SafetensorsTensor Of(string name, Tensor tensor, ScalarType? precision = null)
    {
        var type = precision is { } asked && tensor.is_floating_point() ? asked : tensor.dtype;
        return new(name, type.ToSafetensors(), tensor.shape, stream => Write(tensor, type, stream));
    }

    // Piece by piece, so that a conversion or a copy from another device costs little memory.
    private static void Write(Tensor tensor, ScalarType type, Stream stream)
    {
        using var scope = no_grad();
        using var tensors = NewDisposeScope();
        var flat = tensor.contiguous().view(-1);
        for (long start = 0; start < flat.numel(); start += PieceElements)
        {
            using var pieces = NewDisposeScope();
            var piece = flat.narrow(0, start, Math.Min(PieceElements, flat.numel() - start)).cpu().to(type);
            stream.Write(piece.bytes);
        }
    }
}
