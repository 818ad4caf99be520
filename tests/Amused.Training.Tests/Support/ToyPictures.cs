using Amused.Images;
using SkiaSharp;

namespace Amused.Training.Tests.Support;

/// <summary>Drawn pictures, each from its number: shapes in bright colours before a sky that shades into a ground.</summary>
internal static class ToyPictures
{
    private static readonly SKColor[] Colours =
        [SKColors.Crimson, SKColors.DarkOrange, SKColors.Gold, SKColors.ForestGreen, SKColors.RoyalBlue, SKColors.MediumPurple, SKColors.White, SKColors.Black];

    public static ListImageSource Source(int count, int side, int first = 0) => new("drawn pictures",
        [.. Enumerable.Range(first, count).Select(number => new RawExample($"picture {number}", [""], () => Draw(number, side).Encode(ImageFormat.Png)))]);

    /// <summary>The same pictures, of which the left half matters.</summary>
    public static ListImageSource WithMasks(int count, int side)
    {
        var mask = new RgbImage(side, side, [.. Enumerable.Range(0, 3 * side * side).Select(i => i / 3 % side < side / 2 ? byte.MaxValue : (byte)0)]).Encode(ImageFormat.Png);
        return new("drawn pictures", [.. Enumerable.Range(0, count).Select(number =>
            new RawExample($"picture {number}", [""], () => Draw(number, side).Encode(ImageFormat.Png), () => mask))]);
    }

    public static RgbImage Draw(int number, int side)
    {
        Random random = new(number);
        using SKBitmap bitmap = new(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKCanvas canvas = new(bitmap);
        DrawBackground(canvas, random, side);
        for (var i = random.Next(2, 5); i > 0; i--)
            DrawShape(canvas, random, side);
        canvas.Flush();
        var pixels = bitmap.Bytes.Chunk(4).SelectMany(pixel => pixel[..3]).ToArray();
        return new(side, side, pixels);
    }

    private static void DrawBackground(SKCanvas canvas, Random random, int side)
    {
        var sky = SKColor.FromHsv(random.Next(180, 260), random.Next(20, 60), random.Next(60, 100));
        var ground = SKColor.FromHsv(random.Next(40, 140), random.Next(30, 70), random.Next(40, 90));
        using var shader = SKShader.CreateLinearGradient(new(0, 0), new(0, side), [sky, SKColors.White, ground, ground], [0, 0.6f, 0.62f, 1], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawRect(0, 0, side, side, paint);
    }

    private static void DrawShape(SKCanvas canvas, Random random, int side)
    {
        using SKPaint fill = new() { Color = Colours[random.Next(Colours.Length)], IsAntialias = true };
        using SKPaint line = new() { Color = SKColors.Black, IsAntialias = true, IsStroke = true, StrokeWidth = side / 64f };
        float size = side * (0.1f + 0.15f * random.NextSingle()), x = side * random.NextSingle(), y = side * random.NextSingle();
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(random.Next(360));
        var kind = random.Next(3);
        foreach (var paint in (SKPaint[])[fill, line])
        {
            if (kind == 0)
                canvas.DrawCircle(0, 0, size, paint);
            else if (kind == 1)
                canvas.DrawRect(-size, -size / 2, 2 * size, size, paint);
            else
                canvas.DrawOval(0, 0, size, size / 2, paint);
        }
        canvas.Restore();
    }
}
