namespace Amused.Sampling;

/// <summary>
/// Classifier-free guidance (Ho and Salimans, 2022): <c>uncond + scale·(cond − uncond)</c> on logits, or on anything that logits are a
/// linear map of.
/// </summary>
public static class Guidance
{
    /// <summary>Whether a scale needs the unconditional pass at all.</summary>
    public static bool IsNeeded(float scale) => scale > 1;
}
