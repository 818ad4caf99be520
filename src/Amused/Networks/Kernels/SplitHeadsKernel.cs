namespace Amused.Networks.Kernels;
/// <summary>
/// A raw product (B, T, heads · d) times its rows' scales and a factor, laid out as attention takes it: (B, heads, T, d).
/// </summary>
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

    private static void Apply<TLanes>(ushort* source, ushort* target, float scale, int from, int to)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var factor = TLanes.All(scale);
        for (var c = from; c < to; c += TLanes.Count)
            (TLanes.Load(source + c) * factor).Store(target + c);
    }
}
