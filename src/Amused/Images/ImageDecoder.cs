using System.Buffers;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Amused.Images;

/// <summary>From the bytes of an image file to pixels, by Skia's codecs.</summary>
public static class ImageDecoder
{
    /// <summary>
    /// The most pixels that a picture may have, 178,956,970: a file of a few bytes can claim any size (the limit is Pillow's).
    /// </summary>
    public const int MaxPixels = 178_956_970;

    internal static RgbImage Decode(byte[] encoded, string name) => DecodeAtLeast(encoded, name, long.MaxValue).Image;

    /// <summary>A mask: what is transparent becomes white, or, where nothing is, the picture is taken as it is.</summary>
    internal static RgbImage DecodeMask(byte[] encoded, string name) =>
        Decode(encoded, name, long.MaxValue, PixelPacking.HolesOrColours).Image;

    /// <summary>
    /// The same, but a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size (fewer coefficients of each block are transformed, which is
    /// several times faster) as long as its short side keeps <paramref name="shortSide"/> pixels.
    /// </summary>
    /// <returns>The picture, and the size that it has in full, upright.</returns>
    internal static (RgbImage Image, int Width, int Height) DecodeAtLeast(byte[] encoded, string name, long shortSide) =>
        Decode(encoded, name, shortSide, PixelPacking.DropFourth);

    private static (RgbImage Image, int Width, int Height) Decode(byte[] encoded, string name, long shortSide, Func<ReadOnlySpan<byte>,
        byte[]> pack)
    {
        if (ImageHeader.ClaimedSize(encoded) is var (claimedWidth, claimedHeight))
            CheckSize(claimedWidth, claimedHeight, name);

        // Skia reads the bytes where they are: a photo has ten megabytes of them.
        using var pinned = encoded.AsMemory().Pin();
        using var data = DataOf(pinned, encoded.Length);
        using var codec = SKCodec.Create(data);
        if (codec is null || !IsKnown(codec.EncodedFormat))
        {
            throw new BrokenInputException(ImageHeader.Format(encoded) is { } format
                ? $"{name} is a broken or cut {format} file"
                : $"{name} is not an image that can be read: PNG, JPEG, WebP, GIF or BMP is needed");
        }

        CheckSize(codec.Info.Width, codec.Info.Height, name);
        var image = DecodePixels(codec, ScaledSize(codec, shortSide), name, pack);
        var origin = (SKEncodedOrigin)Orientation.Of(encoded, name);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (IsOnItsSide(origin))
            (width, height) = (height, width);
        return (Upright(image, origin), width, height);
    }

    private static unsafe SKData DataOf(MemoryHandle pinned, int length) => SKData.Create((IntPtr)pinned.Pointer, length);

    private static SKSizeI ScaledSize(SKCodec codec, long shortSide)
    {
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            foreach (float scale in (ReadOnlySpan<float>)[0.125f, 0.25f, 0.5f])
            {
                if (codec.GetScaledDimensions(scale) is var size && Math.Min(size.Width, size.Height) >= shortSide)
                    return size;
            }
        }

        return codec.Info.Size;
    }

    private static bool IsKnown(SKEncodedImageFormat format) => format is SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg
        or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Bmp;

    private static void CheckSize(long width, long height, string name)
    {
        if (width < 1 || height < 1 || width * height > MaxPixels)
            throw new BrokenInputException(
                $"{name} claims {width} × {height} pixels: at least 1 × 1 and at most {MaxPixels} altogether can be read");
    }

    private static RgbImage DecodePixels(SKCodec codec, SKSizeI size, string name, Func<ReadOnlySpan<byte>, byte[]> pack)
    {
        var (width, height) = (size.Width, size.Height);
        // Not premultiplied and without a colour space: Skia then hands the file's own numbers through.
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, alpha, null);
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
            throw new BrokenInputException($"{name} has {width} × {height} pixels, for which there is not enough memory");

        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new BrokenInputException($"{name} is a broken or cut {codec.EncodedFormat.ToString().ToUpperInvariant()} file");
        return new(width, height, pack(bitmap.GetPixelSpan()));
    }

    /// <summary>Turns and mirrors a picture so that it stands as the EXIF orientation says it was taken.</summary>
    private static RgbImage Upright(RgbImage image, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or < SKEncodedOrigin.TopLeft or > SKEncodedOrigin.LeftBottom)
            return image;
        int width = image.Width, height = image.Height;
        int right = width - 1, bottom = (height - 1) * width;
        // Where the new top left pixel comes from, and how far apart in the old rows new neighbours to the right and below are.
        var (start, stepX, stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (right, -1, width),
            SKEncodedOrigin.BottomRight => (bottom + right, -1, -width),
            SKEncodedOrigin.BottomLeft => (bottom, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (bottom, -width, 1),
            SKEncodedOrigin.RightBottom => (bottom + right, -width, -1),
            _ => (right, width, -1),
        };
        if (IsOnItsSide(origin))
            (width, height) = (height, width);

        var pixels = new byte[image.Buffer.Length];
        var from = MemoryMarshal.Cast<byte, Rgb>(image.Buffer.AsSpan());
        var to = MemoryMarshal.Cast<byte, Rgb>(pixels.AsSpan());
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                to[y * width + x] = from[start + y * stepY + x * stepX];
        }

        return new(width, height, pixels);
    }

    private static bool IsOnItsSide(SKEncodedOrigin origin) => origin is >= SKEncodedOrigin.LeftTop and <= SKEncodedOrigin.LeftBottom;

    private readonly record struct Rgb(byte R, byte G, byte B);
}
