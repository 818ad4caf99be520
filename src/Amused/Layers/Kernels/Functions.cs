using System.Runtime.CompilerServices;

namespace Amused.Layers.Kernels;

/// <summary>eˣ in float32. What .NET has for vectors computes in float64, at more than twice the time.</summary>
internal static class Exponential
{
    private const float Least = -87;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: n times the first, of few bits, is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>With x = n · ln 2 + r it is 2ⁿ · eʳ, and of eʳ, where |r| is at most 0.35, the Taylor series to the sixth power: relative error 2e-7. Below −87 it is as at −87.</summary>
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

/// <summary>GELU with the error function itself.</summary>
internal static class Gelu
{
    /// <summary>
    /// <c>x · (1 + erf(x/√2)) / 2</c>. With z = |x|/√2 and erfc(z) = P(1/(1 + pz))·exp(−z²), of error 1.5e-7 (Abramowitz and Stegun, 1964, formula 7.1.26), it is
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
