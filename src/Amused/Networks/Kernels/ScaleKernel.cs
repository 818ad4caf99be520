namespace Amused.Networks.Kernels;
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
