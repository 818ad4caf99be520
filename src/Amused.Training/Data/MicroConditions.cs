namespace Amused.Training;

/// <summary>
/// What the U-ViT is told of a training picture beside its caption (SDXL's micro-conditioning; aMUSEd report, section 3), so that a small or
/// badly cropped picture teaches what small and badly cropped pictures look like. The order of the numbers is the network's.
/// </summary>
/// <param name="OriginalWidth">The picture's width in pixels before any resizing, upright.</param>
/// <param name="OriginalHeight">Its height.</param>
/// <param name="CropTop">How many rows of the resized picture lie above the crop.</param>
/// <param name="CropLeft">How many columns lie left of it.</param>
/// <param name="AestheticScore">How fine the picture is said to be, 1 to 10. The published training says 6 of every picture.</param>
public readonly record struct MicroConditions(float OriginalWidth, float OriginalHeight, float CropTop, float CropLeft, float AestheticScore = 6)
{
    /// <summary>How many numbers there are.</summary>
    public const int Length = 5;

    /// <summary>Width, height, crop top, crop left, score.</summary>
    public float[] ToArray() => [OriginalWidth, OriginalHeight, CropTop, CropLeft, AestheticScore];
}
