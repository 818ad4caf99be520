using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Rendering;

/// <summary>Paints what things stand on. The canvas is one wide and one high.</summary>
internal static class GroundPainter
{
    public static void Paint(SKCanvas canvas, Scene scene, SceneLayout layout, SceneRandom random)
    {
        var colours = Palette.Of(scene.Ground, scene.Sky);
        using SKPaint paint = new() { IsAntialias = true };
        if (scene.Ground == Ground.Sea)
        {
            Sea(canvas, paint, scene, layout, colours, random);
            return;
        }

        Band(canvas, paint, layout.Horizon - 0.01f, 0.042f, colours.Far, Phase(random), frequency: MathF.Tau);
        using (var light = FromLeftToRight(colours))
        {
            paint.Shader = light;
            Band(canvas, paint, layout.Horizon + 0.035f, 0.014f, colours.Near, Phase(random), frequency: MathF.Tau);
            paint.Shader = null;
        }
        if (scene.Ground == Ground.Meadow)
        {
            Scatter(random, layout.Horizon + 0.08f, 1, 5, (x, y) => Tuft(canvas, paint.With(colours.Detail), x, y));
            Scatter(random, layout.Horizon + 0.1f, 1, 4, (x, y) => canvas.DrawCircle(x, y, 0.011f, Fill(paint, Palette.Flower(scene.Sky))));
        }
        else
        {
            Scatter(random, layout.Horizon + 0.1f, 1, 5, (x, y) => Arc(canvas, paint.With(colours.Detail), x, y, 0.11f, -0.016f));
        }
    }

    private static void Sea(SKCanvas canvas, SKPaint paint, Scene scene, SceneLayout layout, GroundColours colours, SceneRandom random)
    {
        using (var shader = SKShader.CreateLinearGradient(new(0.4f, layout.Horizon), new(0.6f, layout.Beach ?? 1), [colours.Far, colours.Near], SKShaderTileMode.Clamp))
        {
            paint.Shader = shader;
            canvas.DrawRect(0, layout.Horizon, 1, 1, paint);
            paint.Shader = null;
        }

        Scatter(random, layout.Horizon + 0.05f, layout.Beach - 0.06f ?? 1, layout.Beach is null ? 9 : 6, (x, y) => Arc(canvas, paint.With(colours.Detail), x, y, 0.07f, 0.016f));
        if (layout.Beach is not { } beach)
            return;
        const float wave = 0.011f;
        float phase = Phase(random);
        Band(canvas, paint, beach - 0.02f, wave, colours.Detail, phase);
        Band(canvas, paint, beach, wave, Palette.Beach(scene.Sky), phase);
    }

    /// <summary>A pond around something that floats where there is no sea, in pixels.</summary>
    public static void Pond(SKCanvas canvas, Sprite sprite, SKPaint paint) =>
        canvas.DrawOval(sprite.Middle, sprite.Bottom, 0.68f * sprite.Image.Width, 0.15f * sprite.Image.Width, paint);

    /// <summary>A thing's shadow on the ground, in pixels: long while the sun is low, faint by night, and none in the rain.</summary>
    public static void Shadow(SKCanvas canvas, Sprite sprite, Sky sky)
    {
        var (width, strength) = sky switch
        {
            Sky.Sunset => (0.6f, 44),
            Sky.Night => (0.46f, 26),
            Sky.Rain => (0, 0),
            _ => (0.46f, 44),
        };
        if (strength == 0)
            return;
        using SKPaint paint = new() { IsAntialias = true, Color = Palette.Shadow.WithAlpha((byte)strength) };
        canvas.DrawOval(sprite.Middle, sprite.Bottom, width * sprite.Image.Width, 0.07f * sprite.Image.Width, paint);
    }

    /// <summary>The ground in front is in full light on the left, and half-way to the hills' colour at the right edge.</summary>
    private static SKShader FromLeftToRight(GroundColours colours)
    {
        var (near, far) = (colours.Near, colours.Far);
        SKColor halfway = new((byte)((near.Red + far.Red) / 2), (byte)((near.Green + far.Green) / 2), (byte)((near.Blue + far.Blue) / 2));
        return SKShader.CreateLinearGradient(new(0, 0), new(1, 0), [near, halfway], SKShaderTileMode.Clamp);
    }

    /// <summary>Where a wave begins: at one of four places.</summary>
    private static float Phase(SceneRandom random) => random.Below(4) * MathF.Tau / 4;

    /// <summary>All below a wavy line.</summary>
    private static void Band(SKCanvas canvas, SKPaint paint, float height, float amplitude, SKColor colour, float phase, float frequency = 9)
    {
        using SKPathBuilder line = new();
        line.MoveTo(0, 1);
        for (float x = 0; x < 1.01f; x += 0.03125f)
            line.LineTo(x, height + amplitude * (MathF.Sin(frequency * x + phase) + 0.4f * MathF.Sin(1.9f * frequency * x + 2 * phase)));
        line.LineTo(1.1f, 1);
        line.Close();
        using var path = line.Detach();
        canvas.DrawPath(path, Fill(paint, colour));
    }

    private static void Scatter(SceneRandom random, float top, float bottom, int count, Action<float, float> draw)
    {
        for (int i = 0; i < count; i++)
            draw(BackdropGrid.CellMiddle((i + random.Between(0.1f, 0.9f)) / count), BackdropGrid.CellMiddle(random.Between(top, bottom - 0.03f)));
    }

    private static void Tuft(SKCanvas canvas, SKPaint paint, float x, float y)
    {
        Stroke(paint, 0.012f);
        const float root = 0.016f;
        canvas.DrawLine(x, y + root, x - 0.014f, y - 0.006f, paint);
        canvas.DrawLine(x, y + root, x, y - 0.016f, paint);
        canvas.DrawLine(x, y + root, x + 0.014f, y - 0.006f, paint);
    }

    /// <summary>A flat arc: a wave when it hangs, a ripple in sand or snow when it stands.</summary>
    private static void Arc(SKCanvas canvas, SKPaint paint, float x, float y, float width, float height)
    {
        Stroke(paint, 0.014f);
        using SKPathBuilder line = new();
        line.MoveTo(x - width / 2, y);
        line.QuadTo(x, y + 2 * height, x + width / 2, y);
        using var path = line.Detach();
        canvas.DrawPath(path, paint);
    }

    private static void Stroke(SKPaint paint, float width) => (paint.Style, paint.StrokeWidth, paint.StrokeCap) = (SKPaintStyle.Stroke, width, SKStrokeCap.Round);

    private static SKPaint Fill(SKPaint paint, SKColor colour)
    {
        paint.Style = SKPaintStyle.Fill;
        return paint.With(colour);
    }
}
