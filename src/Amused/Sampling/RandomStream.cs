namespace Amused.Sampling;

/// <summary>
/// The random numbers that PyTorch's default generator gives on a CPU for the same seed, for the draws that sampling needs: bit for bit the
/// same numbers, and the same place in the stream afterwards.
/// </summary>
/// <remarks>
/// libtorch's own draw of one code among 8,192 makes an exponential number for each of them, one after the other, which takes longer than
/// the network's head. Here only what decides the draw is computed.
/// </remarks>
public sealed class RandomStream
{
    private const double ToUnit = 1.0 / (1L << 53);
    private const ulong Mantissa = (1UL << 53) - 1;

    /// <summary>Slack of a bound in double against ratios in float32.</summary>
    private const double BelowOne = 1 - 1e-6;

    private readonly MersenneTwister engine;
    private uint[] buffer = [];

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">Any number; as in PyTorch only its lower 32 bits count.</param>
    public RandomStream(long seed) => engine = new(unchecked((uint)seed));

    /// <summary>So many uniform float32 numbers in [0, 1): PyTorch's <c>rand</c>.</summary>
    public float[] Uniform(int count)
    {
        var raw = Raw(count);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (raw[i] & 0xffffff) / (float)(1 << 24);
        return numbers;
    }

    /// <summary>
    /// A category, drawn with these probabilities: one row of PyTorch's <c>multinomial(p, 1)</c>, which gives the category with the largest
    /// p / e, where e are exponential numbers (an exponential race).
    /// </summary>
    /// <param name="probabilities">Float32 numbers of at least 0, one for each category.</param>
    /// <returns>The category's index.</returns>
    /// <remarks>
    /// With e = −log(1 − u) and u uniform of 53 bits, e is never below u: a category whose p / u doesn't reach the best ratio so far can't
    /// win, and its logarithm is left out. Some ten of 8,192 remain.
    /// </remarks>
    public int Multinomial(ReadOnlySpan<float> probabilities)
    {
        var raw = Raw(2 * probabilities.Length);
        var (winner, best, bound) = (0, float.NegativeInfinity, double.NegativeInfinity);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var uniform = ((((ulong)raw[2 * i] << 32) | raw[2 * i + 1]) & Mantissa) * ToUnit;
            if (probabilities[i] < bound * uniform)
                continue;
            // 1 − u is exact, so this is log1p(−u).
            var ratio = probabilities[i] / (float)(0 - Math.Log(1 - uniform));
            if (ratio > best)
                (winner, best, bound) = (i, ratio, ratio * BelowOne);
        }
        return winner;
    }

    /// <summary>Leaves out the numbers that <see cref="Multinomial"/> would take for a row of so many categories.</summary>
    public void SkipMultinomial(int categories) => engine.Skip(2L * categories);

    private Span<uint> Raw(int count)
    {
        if (buffer.Length < count)
            buffer = new uint[count];
        var raw = buffer.AsSpan(0, count);
        engine.Fill(raw);
        return raw;
    }
}
