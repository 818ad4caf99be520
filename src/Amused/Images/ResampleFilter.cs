namespace Amused.Images;

/// <summary>Which neighbours a resized pixel is made of, and with what weights. The names and curves are Pillow's.</summary>
public enum ResampleFilter
{
    /// <summary>The one nearest pixel; no mixing.</summary>
    Nearest,

    /// <summary>The plain mean of the pixels that fall into the new one (support 0.5).</summary>
    Box,

    /// <summary>A triangle (support 1).</summary>
    Bilinear,

    /// <summary>A windowed sinc as narrow as <see cref="Bilinear"/> and nearly as sharp as <see cref="Bicubic"/> (support 1).</summary>
    Hamming,

    /// <summary>Keys' cubic with a = −0.5 (support 2).</summary>
    Bicubic,

    /// <summary>A sinc windowed by a wider sinc (support 3): what aMUSEd resizes pictures and masks with.</summary>
    Lanczos,
}
