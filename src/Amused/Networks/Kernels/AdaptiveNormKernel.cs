namespace Amused.Networks.Kernels;
/// <summary>
/// A transformer layer's residual and the adaptive norm after it, in one go over each row: add a product's row times its scale to x, norm
/// it, multiply by the norm's weight, scale and shift by the condition, and make bytes of it for the next product, or bfloat16.
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

    private readonly void Modulate<TLanes>(int r, float* row, float mean, float inverse, int from, int to)
        where TLanes : unmanaged, ILanes<TLanes>
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
