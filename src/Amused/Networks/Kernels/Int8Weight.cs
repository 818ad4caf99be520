using Amused.Runtime;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>
/// A matrix of signed bytes with a scale for each output channel, symmetric (no zero point), laid out as oneDNN multiplies by it; nothing
/// else is kept of it.
/// </summary>
internal sealed class Int8Weight
{
    private static Int8Constants? constants;
    private readonly Tensor packed, scales;

    private Int8Weight(Tensor packed, Tensor scales) => (this.packed, this.scales) = (packed, scales);

    /// <summary>What every int8 product is given.</summary>
    internal static Int8Constants Constants
    {
        get
        {
            if (constants is not null)
                return constants;
            using var scope = NewDisposeScope();
            return constants = new(
                tensor(1f).DetachFromDisposeScope(), tensor(128, ScalarType.Int32).DetachFromDisposeScope(), tensor(0, ScalarType.Int32)
                    .DetachFromDisposeScope());
        }
    }

    /// <summary>
    /// Takes the matrix <paramref name="name"/> as bytes, if the builder's source gives bytes; the network's <see cref="ParameterSet"/>
    /// owns what is kept.
    /// </summary>
    /// <returns>The weight, or null where the source gives numbers.</returns>
    public static Int8Weight? Take(ParameterBuilder parameters, string name, long inputs, long outputs)
    {
        if (inputs > RowKernels.LongestRow || parameters.TakeMatrix(name, outputs, inputs) is not { } matrix)
            return null;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (values, scales) = matrix.Scales is null ? Quantize(matrix.Values) : (matrix.Values, matrix.Scales);
        var packed = Int8Packer.Pack(values.contiguous());
        Int8Weight weight = new(
            parameters.Keep(name, packed.Matrix),
            parameters.Keep($"{name}{StoredMatrix.ScaleSuffix}", scales.clone().DetachFromDisposeScope()));
        if (packed.Bytes is not null)
            parameters.Keep($"{name}.bytes", packed.Bytes);
        matrix.Dispose();
        return weight;
    }

    /// <summary>Numbers [out, in] as signed bytes, each row with its scale: <c>q = round(w · 127 / max|w|)</c>.</summary>
    /// <returns>Bytes [out, in] and scales [out] float32, in the dispose scope that is open.</returns>
    public static unsafe (Tensor Values, Tensor Scales) Quantize(Tensor numbers, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        numbers = numbers.to(ScalarType.Float32).contiguous();
        var (rows, width) = (numbers.shape[0], (int)numbers.shape[1]);
        var (values, scales) = (empty([rows, width], ScalarType.Int8), empty(rows, ScalarType.Float32));
        WeightKernel kernel =
            new() { Source = numbers.Pointer<float>(), Target = values.Pointer<byte>(), Scales = scales.Pointer<float>(), Width = width };
        RowKernels.Run((int)rows, width, kernel, lanes ?? RowKernels.Widest);
        return (values.MoveToOuterDisposeScope(), scales.MoveToOuterDisposeScope());
    }

    /// <summary>The raw product [rows, out]: what is still to be multiplied by the rows' scales.</summary>
    /// <param name="rows">Activations.</param>
    /// <param name="type">bfloat16 or float32.</param>
    public Tensor Multiply(Int8Rows rows, ScalarType type = ScalarType.BFloat16) =>
        StableInterface.MultiplyInt8(rows.Values, packed, scales, Constants, type);
}

/// <summary>float32 rows → signed bytes.</summary>
internal unsafe struct WeightKernel : IRowKernel
{
    /// <summary>[rows, width].</summary>
    public float* Source;

    /// <summary>Receives signed bytes, [rows, width].</summary>
    public byte* Target;

    /// <summary>Receives scales, [rows].</summary>
    public float* Scales;

    public int Width;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var r = from; r < to; r++)
        {
            var target = Target + (long)r * Width;
            Scales[r] = RowQuantizer.Quantize<TLanes>(Source + (long)r * Width, Width, target);
            for (var c = 0; c < Width; c++)
                target[c] ^= 0x80; // A byte whose zero is 128, to a signed one.
        }
    }
}
