namespace Amused.Images;

/// <summary>A grey picture in memory, 8 bits a pixel, (H, W) in rows from the top: a mask, where 0 keeps and 255 repaints.</summary>
public sealed class GreyImage
{
    /// <summary>Wraps pixels; the array is taken over, not copied.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height · width bytes: rows from the top, 0 black to 255 white.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public GreyImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"{width}×{height} pixels are {(long)width * height} bytes, not {pixels.Length}", nameof(pixels));
        Width = width;
        Height = height;
        Buffer = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, (H, W), rows from the top.</summary>
    public ReadOnlySpan<byte> Pixels => Buffer;

    internal byte[] Buffer { get; }

    /// <summary>
    /// Reads any picture that <see cref="RgbImage.Load(string)"/> reads and turns it grey (<see cref="RgbImage.ToGrey"/>).
    /// </summary>
    /// <remarks>
    /// Transparency counts for nothing: a transparent pixel is as grey as its hidden colour, as with Pillow's <c>convert("L")</c>.
    /// A mask that shall be resized before it turns grey, as the inpaint pipeline's, is loaded as an <see cref="RgbImage"/>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="BrokenInputException">As for <see cref="RgbImage.Load(string)"/>.</exception>
    public static GreyImage Load(string path) => RgbImage.Load(path).ToGrey();

    /// <summary>The picture in another size; see <see cref="PillowResampling"/>.</summary>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="filter">How pixels are mixed. The default value is Lanczos, as aMUSEd resizes.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public GreyImage Resize(int width, int height, ResampleFilter filter = ResampleFilter.Lanczos) =>
        PillowResampling.Resize(this, width, height, filter);

    /// <summary>The same picture with red, green and blue alike.</summary>
    /// <returns>A new picture of the same size.</returns>
    public RgbImage ToRgb()
    {
        var rgb = new byte[3 * Buffer.Length];
        for (int i = 0; i < Buffer.Length; i++)
            rgb.AsSpan(3 * i, 3).Fill(Buffer[i]);
        return new(Width, Height, rgb);
    }
}
