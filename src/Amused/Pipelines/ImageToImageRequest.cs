using Amused.Imaging;

namespace Amused.Pipelines;

/// <summary>
/// A picture from a picture and words: the picture's tokens are masked in part and filled in again. A picture whose sides the model
/// can't take is resized down to the nearest multiple (Lanczos), and a notice says so.
/// </summary>
public sealed record ImageToImageRequest : GenerationRequest
{
    /// <summary>One picture for each row of the batch, or one for all.</summary>
    public required IReadOnlyList<RgbImage> Images { get; init; }

    /// <summary>How much is made anew, in [0, 1]: <c>int(steps · strength)</c> steps run, at least one; at 1 everything is masked.</summary>
    /// <value>The default value is 0.5.</value>
    public double Strength { get; init; } = 0.5;
}
