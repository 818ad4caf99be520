using Amused.Images;

namespace Amused;

/// <summary>
/// A picture of which a part is made anew: tokens under the white part of the mask are masked and filled in, the others are kept.
/// Uses the linear masking schedule, as the published implementation does.
/// </summary>
public sealed record InpaintRequest : GenerationRequest
{
    /// <summary>One picture for each row of the batch, or one for all; scaled as in <see cref="ImageToImageRequest"/>.</summary>
    public required IReadOnlyList<RgbImage> Images { get; init; }

    /// <summary>
    /// One mask for each row of the batch, or one for all: white (≥ half) is made anew. Scaled with the picture; one of another size than
    /// the picture's is laid over the whole of it, and a notice says so.
    /// </summary>
    public required IReadOnlyList<RgbImage> Masks { get; init; }

    /// <inheritdoc cref="ImageToImageRequest.OwnSize"/>
    public bool OwnSize { get; init; }

    /// <summary>How far back sampling starts, in [0, 1]: <c>int(steps · strength)</c> steps run, at least one.</summary>
    /// <value>The default value is 1.</value>
    public double Strength { get; init; } = 1;

    /// <summary>
    /// Puts the pixels of the original, at the size that is made, back outside the mask, with a feathered edge. Off: the decoder's answer
    /// as it is.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Composite { get; init; } = true;
}
