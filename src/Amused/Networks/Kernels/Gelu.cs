using System.Runtime.CompilerServices;

namespace Amused.Networks.Kernels;

/// <summary>GELU with the error function itself.</summary>
internal static class Gelu
{
    /// <summary>
    /// <c>x · (1 + erf(x/√2)) / 2</c>. With z = |x|/√2 and erfc(z) = P(1/(1 + pz))·exp(−z²), of error 1.5e-7 (Abramowitz and Stegun, 1964,
    /// formula 7.1.26), it is
    /// max(x, 0) − |x|·erfc(z)/2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>
    {
        var size = TLanes.Abs(x);
        var z = size * TLanes.All(0.70710678f);
        var t = TLanes.All(1) / TLanes.MultiplyAdd(z, TLanes.All(0.3275911f), TLanes.All(1));
        var sum = TLanes.MultiplyAdd(t, TLanes.All(1.061405429f), TLanes.All(-1.453152027f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(1.421413741f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(-0.284496736f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(0.254829592f));
        var rest = sum * t * Exponential.Of(TLanes.All(0) - z * z);
        return TLanes.Max(x, TLanes.All(0)) - size * rest * TLanes.All(0.5f);
    }
}
