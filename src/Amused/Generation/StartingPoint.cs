using Amused.Images;
using Amused.Sampling;

namespace Amused;

/// <summary>
/// Where sampling starts: what each kind of request comes to before the first step. From here on the three kinds are one.
/// </summary>
/// <param name="Width">Width of the pictures in pixels.</param>
/// <param name="Height">Their height.</param>
/// <param name="Tokens">Tokens: one grid for all images, one for each input picture (row), or one for each image.</param>
/// <param name="Schedule">How the share of masked tokens falls.</param>
/// <param name="StartIndex">The index of the first step.</param>
internal sealed record StartingPoint(int Width, int Height, IReadOnlyList<TokenGrid> Tokens, MaskingSchedule Schedule, int StartIndex = 0)
{
    /// <summary>Whether tokens are masked at random first, as after the step before the first.</summary>
    public bool AddNoise { get; init; }

    /// <summary>Whether the masked share at the start scales the schedule.</summary>
    public bool ScaleByMaskedShare { get; init; }

    /// <summary>Whether <see cref="Tokens"/> stand for images rather than for rows.</summary>
    public bool PerImage { get; init; }

    /// <summary>The pictures and masks whose unmasked part is put back in the end, one for all or one for each row.</summary>
    public IReadOnlyList<RgbImage> Originals { get; init; } = [];

    /// <summary>As <see cref="Originals"/>.</summary>
    public IReadOnlyList<GreyImage> Masks { get; init; } = [];

    /// <summary>The tokens that an image begins with.</summary>
    public TokenGrid TokensOf(int image, ImageLayout layout) => Tokens[Tokens.Count == 1 ? 0 : PerImage ? image : layout.RowOf(image)];
}
