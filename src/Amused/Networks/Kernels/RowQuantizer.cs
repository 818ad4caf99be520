namespace Amused.Networks.Kernels;

/// <summary>
/// A row of numbers as bytes: <c>q = round(x · 127 / max|x|) + 128</c>, and the scale <c>max|x| / 127</c> that takes them back. Each row
/// (token) has a scale of its own.
/// </summary>
/// <remarks>
/// Why for each token and not for a whole batch: the relative error of a product is 1.1% against 1.4% with Gaussian activations, 4.3%
/// against 8.9% with outlier channels, and 1.1% against 4-8% where tokens' norms vary. It costs nothing here, since a row is in the nearest
/// cache when its largest number is known.
/// </remarks>
internal static unsafe class RowQuantizer
{
    private const float Most = 127;

    /// <summary>Turns a row of float32 into bytes.</summary>
    /// <returns>The scale.</returns>
    public static float Quantize<TLanes>(float* row, int width, byte* target) where TLanes : unmanaged, ILanes<TLanes>
    {
        var even = width - width % TLanes.Count;
        var largest = MathF.Max(Largest<TLanes>(row, 0, even), Largest<SingleLane>(row, even, width));
        var inverse = largest > 0 ? Most / largest : 0;
        Store<TLanes>(row, inverse, target, 0, even);
        Store<SingleLane>(row, inverse, target, even, width);
        return largest / Most;
    }

    /// <summary>A row of bfloat16 as float32.</summary>
    public static void Widen<TLanes>(ushort* source, int width, float* row) where TLanes : unmanaged, ILanes<TLanes>
    {
        var even = width - width % TLanes.Count;
        Widen<TLanes>(source, row, 0, even);
        Widen<SingleLane>(source, row, even, width);
    }

    private static void Widen<TLanes>(ushort* source, float* row, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var c = from; c < to; c += TLanes.Count)
            TLanes.Load(source + c).Store(row + c);
    }

    private static float Largest<TLanes>(float* row, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = TLanes.All(0);
        for (var c = from; c < to; c += TLanes.Count)
            largest = TLanes.Max(largest, TLanes.Abs(TLanes.Load(row + c)));
        return TLanes.Largest(largest);
    }

    private static void Store<TLanes>(float* row, float inverse, byte* target, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.All(inverse);
        for (var c = from; c < to; c += TLanes.Count)
            (TLanes.Load(row + c) * factor).Store(target + c);
    }
}

/// <summary>bfloat16 rows → bytes.</summary>
internal unsafe struct QuantizeKernel : IRowKernel
{
    /// <summary>[rows, width] bfloat16.</summary>
    public ushort* Source;

    /// <summary>Receives bytes, [rows, width].</summary>
    public byte* Target;

    /// <summary>Receives scales, [rows].</summary>
    public float* Scales;

    public int Width;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var row = stackalloc float[Width];
        for (var r = from; r < to; r++)
        {
            RowQuantizer.Widen<TLanes>(Source + (long)r * Width, Width, row);
            Scales[r] = RowQuantizer.Quantize<TLanes>(row, Width, Target + (long)r * Width);
        }
    }
}

/// <summary>
/// bfloat16 rows → bytes twice over: the row, and what its bytes leave over, so that the sum of both products is as good as with
/// activations of 15 bits. For what is computed once for a prompt and used at every step.
/// </summary>
internal unsafe struct QuantizeTwiceKernel : IRowKernel
{
    /// <summary>[rows, width] bfloat16.</summary>
    public ushort* Source;

    /// <summary>Receives bytes, [2 · rows, width]: the rows, then what they leave over.</summary>
    public byte* Target;

    /// <summary>Receives scales, [2 · rows].</summary>
    public float* Scales;

    public int Width;
    public int Rows;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var row = stackalloc float[Width];
        for (var r = from; r < to; r++)
        {
            byte* first = Target + (long)r * Width, second = Target + (long)(Rows + r) * Width;
            RowQuantizer.Widen<TLanes>(Source + (long)r * Width, Width, row);
            var scale = Scales[r] = RowQuantizer.Quantize<TLanes>(row, Width, first);
            for (var c = 0; c < Width; c++)
                row[c] -= (first[c] - 128) * scale;
            Scales[Rows + r] = RowQuantizer.Quantize<TLanes>(row, Width, second);
        }
    }
}

/// <summary>
/// GEGLU on the raw product of a layer, then bytes or bfloat16: (a · s) · GELU(b · s), where a and b are the halves of a row and s is its
/// scale.
/// </summary>
internal unsafe struct GegluKernel : IRowKernel
{
    /// <summary>[rows, 2 · width] bfloat16.</summary>
    public ushort* Source;

    /// <summary>[rows]; null: 1.</summary>
    public float* SourceScales;

    /// <summary>Receives bytes, [rows, width]; null where bfloat16 is wanted.</summary>
    public byte* Target;

    /// <summary>Receives bfloat16, [rows, width].</summary>
    public ushort* Numbers;

    /// <summary>Receives scales, [rows].</summary>
    public float* Scales;

    public int Width;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var row = stackalloc float[Width];
        var even = Width - Width % TLanes.Count;
        for (var r = from; r < to; r++)
        {
            var source = Source + 2L * r * Width;
            var scale = SourceScales == null ? 1 : SourceScales[r];
            Gate<TLanes>(source, source + Width, scale, row, 0, even);
            Gate<SingleLane>(source, source + Width, scale, row, even, Width);
            if (Target != null)
                Scales[r] = RowQuantizer.Quantize<TLanes>(row, Width, Target + (long)r * Width);
            else
                RowNarrowing.Store<TLanes>(row, Width, Numbers + (long)r * Width);
        }
    }

    private static void Gate<TLanes>(ushort* values, ushort* gates, float scale, float* row, int from, int to)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.All(scale);
        for (var c = from; c < to; c += TLanes.Count)
            (TLanes.Load(values + c) * factor * Gelu.Of(TLanes.Load(gates + c) * factor)).Store(row + c);
    }
}

/// <summary>Attention's answer (B, heads, T, d) → the bytes of (B, T, heads · d).</summary>
internal unsafe struct MergeHeadsKernel : IRowKernel
{
    /// <summary>(B, heads, T, d) bfloat16.</summary>
    public ushort* Source;

    /// <summary>Receives bytes, [B · T, heads · d].</summary>
    public byte* Target;

    /// <summary>Receives scales, [B · T].</summary>
    public float* Scales;

    public int Heads;
    public int Places;
    public int HeadWidth;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var width = Heads * HeadWidth;
        var row = stackalloc float[width];
        for (var r = from; r < to; r++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var source = Source + (((long)(r / Places) * Heads + head) * Places + r % Places) * HeadWidth;
                RowQuantizer.Widen<TLanes>(source, HeadWidth, row + head * HeadWidth);
            }
            Scales[r] = RowQuantizer.Quantize<TLanes>(row, width, Target + (long)r * width);
        }
    }
}
