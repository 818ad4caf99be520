using Amused.Images;
using SkiaSharp;

namespace Amused.Server.Tests.Support;

/// <summary>Pictures to send in.</summary>
internal static class Drawings
{
    /// <summary>Soft colours.</summary>
    public static RgbImage Soft(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(127 + 120 * Math.Sin(i / 3 % width * 0.2 + i / 3 / width * 0.1 * (i % 3 + 1)));
        return new(width, height, pixels);
    }

    public static byte[] Png(int width, int height) => Soft(width, height).Encode(ImageFormat.Png);

    /// <summary>A PNG that is transparent from a column on.</summary>
    public static byte[] TransparentFrom(int column, int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new(10, 20, 30, x >= column ? byte.MinValue : byte.MaxValue));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public static string DataUrl(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
