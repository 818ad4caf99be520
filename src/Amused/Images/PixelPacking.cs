using SkiaSharp;

namespace Amused.Images;

/// <summary>Between three bytes a pixel, ours, and four, Skia's.</summary>
internal static class PixelPacking
{
    /// <summary>(N, 4) to (N, 3): the fourth byte is left out.</summary>
    public static byte[] DropFourth(ReadOnlySpan<byte> four)
    {
        var three = new byte[four.Length / 4 * 3];
        for (int from = 0, to = 0; to < three.Length; from += 4, to += 3)
        {
            three[to] = four[from];
            three[to + 1] = four[from + 1];
            three[to + 2] = four[from + 2];
        }

        return three;
    }

    /// <summary>
    /// (N, 4) with alpha to (N, 3): white where a pixel is transparent and black where it is opaque, or, if all are opaque, their colours.
    /// </summary>
    public static byte[] HolesOrColours(ReadOnlySpan<byte> four)
    {
        var holes = new byte[four.Length / 4 * 3];
        var transparent = false;
        for (int from = 3, to = 0; to < holes.Length; from += 4, to += 3)
        {
            transparent |= four[from] < byte.MaxValue;
            holes.AsSpan(to, 3).Fill((byte)(byte.MaxValue - four[from]));
        }

        return transparent ? holes : DropFourth(four);
    }

    /// <summary>A copy of the picture in Skia's memory, with 255 as the fourth byte. The caller disposes it.</summary>
    public static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null));
        var four = bitmap.GetPixelSpan();
        var three = image.Pixels;
        for (int from = 0, to = 0; from < three.Length; from += 3, to += 4)
        {
            four[to] = three[from];
            four[to + 1] = three[from + 1];
            four[to + 2] = three[from + 2];
            four[to + 3] = 255;
        }

        return bitmap;
    }
}
