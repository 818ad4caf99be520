using SkiaSharp;

namespace Amused.Images;

/// <summary>From pixels to the bytes of an image file, by Skia's encoders.</summary>
internal static class ImageEncoder
{
    public static byte[] Encode(RgbImage image, ImageFormat format, IReadOnlyDictionary<string, string>? text, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        CheckSide(image, format);
        using var bitmap = PixelPacking.ToBitmap(image);
        using var pixmap = bitmap.PeekPixels();
        using var data = format switch
        {
            ImageFormat.Png => pixmap.Encode(PngOptions),
            ImageFormat.Jpeg =>
                pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)),
            ImageFormat.Webp => pixmap.Encode(WebpOptions(quality)),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        if (data is null)
            throw new InvalidOperationException($"{format} encoding of {image.Width} × {image.Height} pixels failed");
        return format == ImageFormat.Png && text is { Count: > 0 } ? PngText.Insert(data.Span, text) : data.ToArray();
    }

    /// <exception cref="InvalidRequestException">The picture is too large for the format.</exception>
    public static void CheckSide(RgbImage image, ImageFormat format)
    {
        if (Math.Max(image.Width, image.Height) > LargestSide(format))
        {
            throw new InvalidRequestException(
                $"a picture of {image.Width} × {image.Height} pixels is too large for {format}, which ends at {LargestSide(format)} a "
                    + "side: save it as PNG");
        }
    }

    private static int LargestSide(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => 65_500, // libjpeg's own limit
        ImageFormat.Webp => 16_383, // 14 bits in the file
        _ => int.MaxValue,
    };

    /// <summary>
    /// All filters at zlib's level 4: against level 6 three quarters of the time for files 0.3 % larger; level 3 would make them 6 %
    /// larger.
    /// </summary>
    internal static SKPngEncoderOptions PngOptions { get; } = new(SKPngEncoderFilterFlags.AllFilters, 4);

    internal static SKWebpEncoderOptions WebpOptions(int quality) => quality == 100
        // For lossless files the number is the effort: 75 is the library's own default.
        ? new(SKWebpEncoderCompression.Lossless, 75)
        : new(SKWebpEncoderCompression.Lossy, quality);
}
