namespace Amused.Sampling;

/// <summary>The order in which positions become known.</summary>
internal interface ISamplingOrder
{
    /// <summary>Decides after a step, but for the last, which positions of an image become mask again.</summary>
    /// <param name="state">Where sampling stands, before the step is counted.</param>
    /// <param name="startingMaskRatio">
    /// The share of the image's tokens that were masked when the plan started; the plan's shares are multiplied by it.
    /// </param>
    /// <param name="unknown">The positions that were masked before the step, in row-major order; no other may be masked.</param>
    /// <param name="probabilities">
    /// The probability of each position's drawn code; where the token was known, float32's largest number.
    /// </param>
    /// <returns>Whether each position becomes mask again.</returns>
    bool[] StayMasked(SamplingState state, float startingMaskRatio, int[] unknown, float[] probabilities);
}
