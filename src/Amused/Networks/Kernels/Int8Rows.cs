using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>Activations as bytes, ready for a product; see <see cref="RowQuantizer"/>.</summary>
/// <param name="Values">Unsigned bytes whose zero is 128, [rows, width].</param>
/// <param name="Scales">What each row is to be multiplied by, [rows] float32.</param>
internal readonly record struct Int8Rows(Tensor Values, Tensor Scales)
{
    /// <summary>How many rows.</summary>
    public int Count => (int)Scales.shape[0];

    /// <summary>Room for rows, to be filled by a kernel.</summary>
    public static Int8Rows Empty(long rows, long width) => new(empty([rows, width], ScalarType.Byte), empty(rows, ScalarType.Float32));

    /// <summary>bfloat16 activations […, width] as bytes.</summary>
    public static unsafe Int8Rows Of(Tensor x, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        x = x.contiguous();
        var width = x.shape[^1];
        var rows = Empty(x.numel() / width, width);
        QuantizeKernel kernel = new() { Source = x.Pointer<ushort>(), Target = rows.Values.Pointer<byte>(),
            Scales = rows.Scales.Pointer<float>(), Width = (int)width };
        RowKernels.Run(rows.Count, (int)width, kernel, lanes ?? RowKernels.Widest);
        return rows.MoveToOuterScope();
    }

    /// <summary>
    /// bfloat16 activations […, width] as bytes twice over: the rows, and then what they leave over; see <see cref="QuantizeTwiceKernel"/>.
    /// </summary>
    public static unsafe Int8Rows TwiceOf(Tensor x, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        x = x.contiguous();
        var width = x.shape[^1];
        var count = x.numel() / width;
        var rows = Empty(2 * count, width);
        QuantizeTwiceKernel kernel = new()
        {
            Source = x.Pointer<ushort>(), Target = rows.Values.Pointer<byte>(), Scales = rows.Scales.Pointer<float>(), Width = (int)width,
            Rows = (int)count,
        };
        RowKernels.Run((int)count, (int)width, kernel, lanes ?? RowKernels.Widest);
        return rows.MoveToOuterScope();
    }

    /// <summary>GEGLU of a raw product [rows, 2 · width] and its scales, as bytes [rows, width].</summary>
    public static unsafe Int8Rows Geglu(Tensor product, Tensor scales, LaneWidth? lanes = null)
    {
        var width = product.shape[1] / 2;
        var rows = Empty(product.shape[0], width);
        GegluKernel kernel = new()
        {
            Source = product.Pointer<ushort>(), SourceScales = scales.Pointer<float>(), Target = rows.Values.Pointer<byte>(),
            Scales = rows.Scales.Pointer<float>(), Width = (int)width,
        };
        RowKernels.Run(rows.Count, (int)width, kernel, lanes ?? RowKernels.Widest);
        return rows;
    }

    /// <summary>Attention's answer (B, heads, T, d) as the bytes of [B · T, heads · d].</summary>
    public static unsafe Int8Rows MergeHeads(Tensor mixed, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        mixed = mixed.contiguous();
        var (batch, heads, places, width) = (mixed.shape[0], mixed.shape[1], mixed.shape[2], mixed.shape[3]);
        var rows = Empty(batch * places, heads * width);
        MergeHeadsKernel kernel = new()
        {
            Source = mixed.Pointer<ushort>(), Target = rows.Values.Pointer<byte>(), Scales = rows.Scales.Pointer<float>(),
            Heads = (int)heads, Places = (int)places, HeadWidth = (int)width,
        };
        RowKernels.Run(rows.Count, (int)(heads * width), kernel, lanes ?? RowKernels.Widest);
        return rows.MoveToOuterScope();
    }

    private Int8Rows MoveToOuterScope() => new(Values.MoveToOuterDisposeScope(), Scales.MoveToOuterDisposeScope());
}

internal static unsafe class TensorPointers
{
    /// <summary>
    /// Where a contiguous tensor of the CPU begins. It must be kept alive by its owner for as long as the pointer is used.
    /// </summary>
    public static T* Pointer<T>(this Tensor tensor)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
