namespace Amused.Sampling;

/// <summary>How the guidance scale depends on how far sampling has come.</summary>
internal interface IGuidanceSchedule
{
    /// <summary>
    /// The scale of a forward pass; up to 1, the pass without the prompt is left out (see <see cref="Guidance.IsNeeded"/>).
    /// </summary>
    /// <param name="scale">The scale that was asked for.</param>
    /// <param name="known">The share of the image's positions that are known, from 0 to 1.</param>
    float ScaleAt(float scale, float known);
}

/// <summary>The same scale all the way, as published.</summary>
internal sealed class ConstantGuidance : IGuidanceSchedule
{
    public static ConstantGuidance Instance { get; } = new();

    public float ScaleAt(float scale, float known) => scale;
}
