using System.Runtime.CompilerServices;

namespace Amused.Networks.Kernels;

/// <summary>eˣ in float32. What .NET has for vectors computes in float64, at more than twice the time.</summary>
internal static class Exponential
{
    private const float Least = -87;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: n times the first, of few bits, is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// With x = n · ln 2 + r it is 2ⁿ · eʳ, and of eʳ, where |r| is at most 0.35, the Taylor series to the sixth power: relative error
    /// 2e-7. Below −87 it is as at −87.
    /// </summary>
    /// <param name="x">Up to 88.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        x = TLanes.Max(x, TLanes.All(Least));
        var n = TLanes.Round(x * TLanes.All(Log2E));
        var r = TLanes.MultiplyAdd(n, TLanes.All(-Ln2Low), TLanes.MultiplyAdd(n, TLanes.All(-Ln2High), x));
        var sum = TLanes.MultiplyAdd(r, TLanes.All(1f / 720), TLanes.All(1f / 120));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.All(1f / 24));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.All(1f / 6));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.All(1f / 2));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.All(1));
        return TLanes.TimesPowerOfTwo(TLanes.MultiplyAdd(sum, r, TLanes.All(1)), n);
    }
}
