namespace Amused.Layers.Int8;

/// <summary>
/// A transformer layer's residual and the adaptive norm after it, in one go over each row: add a product's row times its scale to x, norm it, multiply by the norm's weight, scale and
/// shift by the condition, and make bytes of it for the next product, or bfloat16.
/// </summary>
internal unsafe struct AdaptiveNormKernel : IRowKernel
{
    /// <summary>[rows, width] bfloat16; overwritten with the sum where there is an addend.</summary>
    public ushort* X;

    /// <summary>[rows, width] bfloat16: the raw product that is added; null: none.</summary>
    public ushort* Addend;

    /// <summary>[rows]: the addend's scales; null: 1.</summary>
    public float* AddendScales;

    /// <summary>[width] bfloat16.</summary>
    public ushort* Weight;

    /// <summary>[items, width] bfloat16; null: no modulation.</summary>
    public ushort* Scale;

    /// <summary>[items, width] bfloat16.</summary>
    public ushort* Shift;

    /// <summary>Receives bytes, [rows, width]; null where they aren't wanted.</summary>
    public byte* Target;

    /// <summary>Receives bfloat16 instead, [rows, width]; where both are null only the sum is wanted.</summary>
    public ushort* Numbers;

    /// <summary>Receives scales, [rows].</summary>
    public float* Scales;

    public int Width;

    /// <summary>How many rows share a condition.</summary>
    public int RowsOfItem;

    /// <summary>Whether the mean is taken away (LayerNorm), or not (RMSNorm).</summary>
    public bool IsCentred;

    public float Eps;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var row = stackalloc float[Width];
        var even = Width - Width % TLanes.Count;
        for (var r = from; r < to; r++)
        {
            Sum<TLanes>(r, row, 0, even);
            Sum<SingleLane>(r, row, even, Width);
            if (Target == null && Numbers == null)
                continue;
            var mean = IsCentred ? (Total<TLanes>(row, 0, even) + Total<SingleLane>(row, even, Width)) / Width : 0;
            var inverse = 1 / MathF.Sqrt((Squares<TLanes>(row, mean, 0, even) + Squares<SingleLane>(row, mean, even, Width)) / Width + Eps);
            Modulate<TLanes>(r, row, mean, inverse, 0, even);
            Modulate<SingleLane>(r, row, mean, inverse, even, Width);
            if (Target != null)
                Scales[r] = RowQuantizer.Quantize<TLanes>(row, Width, Target + (long)r * Width);
            else
                RowNarrowing.Store<TLanes>(row, Width, Numbers + (long)r * Width);
        }
    }

    private readonly void Sum<TLanes>(int r, float* row, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = X + (long)r * Width;
        if (Addend == null)
        {
            for (var c = from; c < to; c += TLanes.Count)
                TLanes.Load(x + c).Store(row + c);
            return;
        }
        var addend = Addend + (long)r * Width;
        var scale = TLanes.All(AddendScales == null ? 1 : AddendScales[r]);
        for (var c = from; c < to; c += TLanes.Count)
        {
            TLanes.MultiplyAdd(TLanes.Load(addend + c), scale, TLanes.Load(x + c)).Store(x + c);
            TLanes.Load(x + c).Store(row + c);
        }
    }

    private static float Total<TLanes>(float* row, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.All(0);
        for (var c = from; c < to; c += TLanes.Count)
            sum += TLanes.Load(row + c);
        return TLanes.Sum(sum);
    }

    private static float Squares<TLanes>(float* row, float mean, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var (sum, centre) = (TLanes.All(0), TLanes.All(mean));
        for (var c = from; c < to; c += TLanes.Count)
        {
            var value = TLanes.Load(row + c) - centre;
            sum = TLanes.MultiplyAdd(value, value, sum);
        }
        return TLanes.Sum(sum);
    }

    private readonly void Modulate<TLanes>(int r, float* row, float mean, float inverse, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var (centre, factor) = (TLanes.All(mean), TLanes.All(inverse));
        if (Scale == null)
        {
            for (var c = from; c < to; c += TLanes.Count)
                ((TLanes.Load(row + c) - centre) * factor * TLanes.Load(Weight + c)).Store(row + c);
            return;
        }
        ushort* scale = Scale + (long)(r / RowsOfItem) * Width, shift = Shift + (long)(r / RowsOfItem) * Width;
        for (var c = from; c < to; c += TLanes.Count)
        {
            var normed = (TLanes.Load(row + c) - centre) * factor * TLanes.Load(Weight + c);
            TLanes.MultiplyAdd(normed, TLanes.Load(scale + c), TLanes.Load(shift + c)).Store(row + c);
        }
    }
}

/// <summary>A row of float32 as bfloat16.</summary>
internal static unsafe class RowNarrowing
{
    public static void Store<TLanes>(float* row, int width, ushort* target) where TLanes : unmanaged, ILanes<TLanes>
    {
        var c = 0;
        for (; c <= width - TLanes.Count; c += TLanes.Count)
            TLanes.Load(row + c).Store(target + c);
        for (; c < width; c++)
            SingleLane.Load(row + c).Store(target + c);
    }
}

/// <summary>A raw product times its rows' scales, and a bias: in place.</summary>
internal unsafe struct ScaleKernel : IRowKernel
{
    /// <summary>[rows, width] bfloat16.</summary>
    public ushort* X;

    /// <summary>[rows].</summary>
    public float* Scales;

    /// <summary>[width] bfloat16; null: none.</summary>
    public ushort* Bias;

    public int Width;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var even = Width - Width % TLanes.Count;
        for (var r = from; r < to; r++)
        {
            Apply<TLanes>(X + (long)r * Width, Scales[r], 0, even);
            Apply<SingleLane>(X + (long)r * Width, Scales[r], even, Width);
        }
    }

    private readonly void Apply<TLanes>(ushort* x, float scale, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.All(scale);
        for (var c = from; c < to; c += TLanes.Count)
        {
            var value = TLanes.Load(x + c) * factor;
            (Bias == null ? value : value + TLanes.Load(Bias + c)).Store(x + c);
        }
    }
}

/// <summary>A raw product (B, T, heads · d) times its rows' scales and a factor, laid out as attention takes it: (B, heads, T, d).</summary>
internal unsafe struct SplitHeadsKernel : IRowKernel
{
    /// <summary>[B · T, heads · d] bfloat16.</summary>
    public ushort* Source;

    /// <summary>[B · T].</summary>
    public float* Scales;

    /// <summary>Receives (B, heads, T, d) bfloat16.</summary>
    public ushort* Target;

    public int Heads;
    public int Places;
    public int HeadWidth;
    public float Factor;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var even = HeadWidth - HeadWidth % TLanes.Count;
        for (var r = from; r < to; r++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var source = Source + ((long)r * Heads + head) * HeadWidth;
                var target = Target + (((long)(r / Places) * Heads + head) * Places + r % Places) * HeadWidth;
                Apply<TLanes>(source, target, Scales[r] * Factor, 0, even);
                Apply<SingleLane>(source, target, Scales[r] * Factor, even, HeadWidth);
            }
        }
    }

    private static void Apply<TLanes>(ushort* source, ushort* target, float scale, int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.All(scale);
        for (var c = from; c < to; c += TLanes.Count)
            (TLanes.Load(source + c) * factor).Store(target + c);
    }
}
