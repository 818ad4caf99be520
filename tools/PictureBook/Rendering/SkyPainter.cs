using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Rendering;

/// <summary>Paints the sky of a scene and what shines and floats in it. The canvas is one wide and one high.</summary>
internal static class SkyPainter
{
    private static readonly SKColor Star = Palette.Moon.WithAlpha(230);
    private static readonly SKColor Drop = new(0xE6, 0xF0, 0xF8, 150);

    public static void Paint(SKCanvas canvas, Scene scene, SceneLayout layout, SceneRandom random, SceneRandom rain)
    {
        var colours = Palette.Of(scene.Sky);
        using SKPaint paint = new() { IsAntialias = true };
        using (var shader = SKShader.CreateLinearGradient(new(0.65f, 0), new(0.35f, layout.Horizon), [colours.Top, colours.Bottom], SKShaderTileMode.Clamp))
        {
            paint.Shader = shader;
            canvas.DrawRect(0, 0, 1, 1, paint);
            paint.Shader = null;
        }

        if (scene.Sky == Sky.Night)
            Stars(canvas, paint, layout.Horizon, random);
        var free = FreeColumns(scene, random);
        if (scene.HasSun || scene.HasMoon)
            Light(canvas, paint, scene, layout, free[0], random);
        for (int i = 0; i < scene.Clouds; i++)
            Cloud(canvas, paint.With(colours.Cloud), free[(i + 1) % free.Length] + random.Between(-0.05f, 0.05f), random.Between(0.09f, 0.2f) + 0.03f * i, random.Pick(4, 5) / 16f);
        if (scene.Sky == Sky.Rain)
            Rain(canvas, paint, rain);
    }

    /// <summary>The columns' middles, those first in which nothing stands before the sky.</summary>
    private static float[] FreeColumns(Scene scene, SceneRandom random)
    {
        Place[] order = random.Pick<Place[]>([Place.Left, Place.Right, Place.Middle], [Place.Right, Place.Left, Place.Middle], [Place.Middle, Place.Left, Place.Right]);
        return [.. order.OrderBy(place => scene.Things.Sum(thing => thing.Place != place ? 0 : thing.Thing.Habitat == Habitat.Air ? 2 : 1)).Select(SceneLayout.Column)];
    }

    private static void Light(SKCanvas canvas, SKPaint paint, Scene scene, SceneLayout layout, float column, SceneRandom random)
    {
        bool isSetting = scene.Sky == Sky.Sunset;
        float radius = isSetting ? 0.105f : 0.085f;
        float x = BackdropGrid.Line(column + random.Between(-0.04f, 0.04f));
        float y = BackdropGrid.Line(isSetting ? layout.Horizon - 0.05f - radius : random.Between(0.13f, 0.19f));
        var colour = scene.HasMoon ? Palette.Moon : isSetting ? Palette.SettingSun : Palette.Sun;
        using (var glow = SKShader.CreateRadialGradient(new(x, y), 2 * radius, [colour.WithAlpha(110), colour.WithAlpha(0)], SKShaderTileMode.Clamp))
        {
            paint.Shader = glow;
            canvas.DrawCircle(x, y, 2 * radius, paint);
            paint.Shader = null;
        }

        if (!scene.HasMoon)
        {
            canvas.DrawCircle(x, y, radius, paint.With(colour));
            return;
        }

        using var full = Circle(x, y, radius);
        using var shadow = Circle(x + 0.55f * radius, y - 0.2f * radius, 0.85f * radius);
        using var crescent = full.Op(shadow, SKPathOp.Difference);
        canvas.DrawPath(crescent, paint.With(colour));
    }

    private static SKPath Circle(float x, float y, float radius)
    {
        using SKPathBuilder path = new();
        path.AddCircle(x, y, radius);
        return path.Detach();
    }

    private static void Cloud(SKCanvas canvas, SKPaint paint, float x, float y, float width)
    {
        float height = 0.28f * width;
        x = BackdropGrid.Line(Math.Clamp(x, 0.4f * width, 1 - 0.4f * width));
        y = BackdropGrid.Line(y);
        canvas.DrawRoundRect(x - width / 2, y, width, height, height / 2, height / 2, paint);
        canvas.DrawCircle(x - 0.17f * width, y + 0.05f * width, 0.18f * width, paint);
        canvas.DrawCircle(x + 0.08f * width, y, 0.24f * width, paint);
        canvas.DrawCircle(x + 0.26f * width, y + 0.1f * width, 0.14f * width, paint);
    }

    /// <summary>One star in most cells of a grid, so that they neither clump nor leave holes.</summary>
    private static void Stars(SKCanvas canvas, SKPaint paint, float horizon, SceneRandom random)
    {
        const int columns = 6, rows = 4;
        for (int i = 0; i < columns * rows; i++)
        {
            float x = (i % columns + random.Between(0.15f, 0.85f)) / columns, y = (i / columns + random.Between(0.15f, 0.85f)) / rows * (horizon - 0.06f);
            if (random.Chance(0.75))
                canvas.DrawCircle(BackdropGrid.CellMiddle(x), BackdropGrid.CellMiddle(y), random.Pick(0.007f, 0.011f), paint.With(Star));
        }
    }

    private static void Rain(SKCanvas canvas, SKPaint paint, SceneRandom random)
    {
        const int columns = 7, rows = 5;
        paint.With(Drop).StrokeWidth = 0.011f;
        paint.StrokeCap = SKStrokeCap.Round;
        for (int i = 0; i < columns * rows; i++)
        {
            float x = (i % columns + random.Between(0.1f, 0.9f)) / columns, y = 0.2f + (i / columns + random.Between(0.1f, 0.9f)) / rows * 0.75f;
            (x, y) = (BackdropGrid.CellMiddle(x), BackdropGrid.CellMiddle(y));
            canvas.DrawLine(x + 0.007f, y - 0.025f, x - 0.007f, y + 0.025f, paint);
        }
    }

    /// <summary>The same paint with a colour.</summary>
    public static SKPaint With(this SKPaint paint, SKColor colour)
    {
        paint.Color = colour;
        return paint;
    }
}
