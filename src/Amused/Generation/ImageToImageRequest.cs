using Amused.Images;

namespace Amused;

/// <summary>
/// A picture from a picture and words: the picture's tokens are masked in part and filled in again. The picture is scaled (Lanczos) to the
/// size that the model was made for, in its own shape, unless <see cref="GenerationRequest.Width"/> and
/// <see cref="GenerationRequest.Height"/> or <see cref="OwnSize"/> say otherwise; a notice says so.
/// </summary>
public sealed record ImageToImageRequest : GenerationRequest
{
    /// <summary>One picture for each row of the batch, or one for all. All must come to one size.</summary>
    public required IReadOnlyList<RgbImage> Images { get; init; }

    /// <summary>
    /// Redraws a picture at its own size, as the published implementation does, cut down to multiples of
    /// <see cref="AmusedPipeline.SizeMultiple"/>: exact, but a model that was made for other sizes draws poorly there, and a photo takes
    /// minutes.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool OwnSize { get; init; }

    /// <summary>
    /// How much is made anew, in [0, 1]: <c>int(steps · strength)</c> steps run, at least one; at 1 everything is masked.
    /// </summary>
    /// <value>The default value is 0.5.</value>
    public double Strength { get; init; } = 0.5;
}
