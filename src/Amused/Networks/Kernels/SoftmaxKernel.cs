namespace Amused.Networks.Kernels;

/// <summary>Rows of scores → shares that sum to 1: in place.</summary>
internal unsafe struct SoftmaxKernel : IRowKernel
{
    /// <summary>[rows, width] bfloat16.</summary>
    public ushort* X;

    public int Width;

    public readonly void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>
    {
        // Whole vectors: what is behind the row's end is so little that it adds nothing.
        var whole = (Width + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        var row = stackalloc float[whole];
        for (var r = from; r < to; r++)
        {
            var x = X + (long)r * Width;
            RowQuantizer.Widen<TLanes>(x, Width, row);
            new Span<float>(row + Width, whole - Width).Fill(float.MinValue);
            Exponentials<TLanes>(row, whole);
            RowNarrowing.Store<TLanes>(row, Width, x);
        }
    }

    private static void Exponentials<TLanes>(float* row, int width) where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = TLanes.All(float.MinValue);
        for (var c = 0; c < width; c += TLanes.Count)
            largest = TLanes.Max(largest, TLanes.Load(row + c));
        largest = TLanes.All(TLanes.Largest(largest));
        var sum = TLanes.All(0);
        for (var c = 0; c < width; c += TLanes.Count)
        {
            var value = Exponential.Of(TLanes.Load(row + c) - largest);
            value.Store(row + c);
            sum += value;
        }
        var factor = TLanes.All(1 / TLanes.Sum(sum));
        for (var c = 0; c < width; c += TLanes.Count)
            (TLanes.Load(row + c) * factor).Store(row + c);
    }
}
