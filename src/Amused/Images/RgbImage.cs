namespace Amused.Images;

/// <summary>A picture in memory: 8 bits each of red, green and blue, (H, W, 3) in rows from the top. No alpha, no colour profile.</summary>
public sealed class RgbImage
{
    /// <summary>The quality that JPEG and WebP files are written with unless another is asked for.</summary>
    public const int DefaultQuality = 95;

    /// <summary>Wraps pixels; the array is taken over, not copied.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height · width · 3 bytes: rows from the top, RGB in each pixel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != 3L * width * height)
            throw new ArgumentException($"{width}×{height} pixels are {3L * width * height} bytes, not {pixels.Length}", nameof(pixels));
        Width = width;
        Height = height;
        Buffer = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, (H, W, 3): rows from the top, RGB in each pixel.</summary>
    public ReadOnlySpan<byte> Pixels => Buffer;

    internal byte[] Buffer { get; }

    /// <summary>
    /// Reads a PNG, JPEG, WebP, GIF (first frame) or BMP file, turned upright by its EXIF orientation.
    /// </summary>
    /// <remarks>
    /// The colours are the file's numbers, as Pillow's <c>convert("RGB")</c> gives them: alpha is dropped, not blended, a colour profile
    /// and gamma are ignored, grey and palettes become RGB, and of 16 bits the upper 8 count. (A GIF's transparent pixels have no colour
    /// and are black.)
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="BrokenInputException">
    /// The file is missing, unreadable, no such image, broken or cut, or has more than <see cref="ImageDecoder.MaxPixels"/> pixels.
    /// </exception>
    public static RgbImage Load(string path) => ImageDecoder.Decode(WholeFile.Read(path), path);

    /// <summary>Reads a picture from the bytes of such a file; see <see cref="Load(string)"/>.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="BrokenInputException">As for <see cref="Load(string)"/>.</exception>
    public static RgbImage Load(byte[] encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return ImageDecoder.Decode(encoded, name);
    }

    /// <summary>Reads a picture from a stream, to its end; see <see cref="Load(string)"/>.</summary>
    /// <param name="stream">The file's content; it is not closed.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="BrokenInputException">As for <see cref="Load(string)"/>.</exception>
    public static RgbImage Load(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ImageDecoder.Decode(WholeFile.Read(stream, name), name);
    }

    /// <summary>
    /// Reads a mask in either of the ways that masks are kept in: if any pixel is transparent, transparency is what is made anew (white in
    /// the answer, opaque pixels black), as the masks of other services' image edits have it; otherwise the colours are read as they are,
    /// white to be made anew.
    /// </summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The mask: white is made anew.</returns>
    /// <exception cref="BrokenInputException">As for <see cref="Load(string)"/>.</exception>
    public static RgbImage LoadMask(byte[] encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return ImageDecoder.DecodeMask(encoded, name);
    }

    /// <summary>
    /// Writes the picture in the format of the file's extension (<see cref="ImageFormats.FromPath"/>). The file appears whole or not at
    /// all.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="text">
    /// Text to carry by keyword; only PNG files can, the other formats leave it out. <see cref="PngText"/> reads it.
    /// </param>
    /// <param name="quality">
    /// 1 to 100 for JPEG and WebP (100 makes a WebP lossless). The default value is 95. PNG is always lossless.
    /// </param>
    /// <exception cref="InvalidRequestException">
    /// The extension is none of the known ones, or the picture is too large for the format.
    /// </exception>
    /// <exception cref="BrokenInputException">The file cannot be written: its folder is missing or read-only, the disk full.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? text = null, int quality = DefaultQuality) =>
        NewFile.Write(path, Encode(ImageFormats.FromPath(path), text, quality), makeFolders: false);

    /// <summary>The bytes of a file with this picture.</summary>
    /// <param name="format">The kind of file.</param>
    /// <param name="text">As for <see cref="Save"/>.</param>
    /// <param name="quality">As for <see cref="Save"/>.</param>
    /// <returns>The whole file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not between 1 and 100.</exception>
    /// <exception cref="InvalidRequestException">
    /// The picture is too large for the format (JPEG 65,500 and WebP 16,383 pixels a side).
    /// </exception>
    public byte[] Encode(ImageFormat format, IReadOnlyDictionary<string, string>? text = null, int quality = DefaultQuality) =>
        ImageEncoder.Encode(this, format, text, quality);

    /// <summary>The picture in another size; see <see cref="PillowResampling"/>.</summary>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="filter">How pixels are mixed. The default value is Lanczos, as aMUSEd resizes.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public RgbImage Resize(int width, int height, ResampleFilter filter = ResampleFilter.Lanczos) =>
        PillowResampling.Resize(this, width, height, filter);

    /// <summary>
    /// The picture in grey, by ITU-R 601-2 luma in Pillow's 16-bit fixed point: (19595 R + 38470 G + 7471 B + 32768) / 65536, rounded down.
    /// </summary>
    /// <returns>A new picture of the same size.</returns>
    public GreyImage ToGrey()
    {
        var grey = new byte[Width * Height];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)((Buffer[3 * i] * 19595 + Buffer[3 * i + 1] * 38470 + Buffer[3 * i + 2] * 7471 + 0x8000) >> 16);
        return new(Width, Height, grey);
    }
}
