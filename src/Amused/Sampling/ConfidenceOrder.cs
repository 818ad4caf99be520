namespace Amused.Sampling;

/// <summary>
/// The most confident positions become known, as published: a position's confidence is log(probability of the drawn code) + temperature ·
/// Gumbel noise, and the least confident ones become mask again (MaskGIT: Chang et al., 2022, section 3.2).
/// </summary>
/// <param name="temperatures">The temperature at each index of the plan.</param>
internal sealed class ConfidenceOrder(IReadOnlyList<float> temperatures) : ISamplingOrder
{
    private const float Tiny = 1e-20f;

    public bool[] StayMasked(SamplingState state, float startingMaskRatio, int[] unknown, float[] probabilities) =>
        LeastConfident(Confidence(probabilities, state), unknown, startingMaskRatio, state);

    /// <summary>The log-probability of each position's code, plus Gumbel noise.</summary>
    private float[] Confidence(float[] probabilities, SamplingState state)
    {
        var temperature = temperatures[state.Index];
        var noise = state.Random.Uniform(probabilities.Length);
        var confidence = new float[probabilities.Length];
        for (var place = 0; place < confidence.Length; place++)
        {
            var gumbel = -MathF.Log(MathF.Max(-MathF.Log(MathF.Max(noise[place], Tiny)), Tiny));
            confidence[place] = MathF.Log(MathF.Max(probabilities[place], Tiny)) + (temperature * gumbel);
        }
        return confidence;
    }

    /// <summary>Whether each position becomes mask again.</summary>
    private static bool[] LeastConfident(float[] confidence, int[] unknown, float startingMaskRatio, SamplingState state)
    {
        var count = (int)MathF.Floor(startingMaskRatio * state.Plan.MaskRatio(state.Index) * confidence.Length);
        // "At least one" comes last and wins over "fewer than are unknown": a single unknown position is masked again.
        count = Math.Min(Math.Max(Math.Min(unknown.Length - 1, count), 1), confidence.Length - 1);
        float[] sorted = [.. confidence.Order()];
        var masked = new bool[confidence.Length];
        foreach (var place in unknown)
            masked[place] = confidence[place] < sorted[count];
        return masked;
    }
}
