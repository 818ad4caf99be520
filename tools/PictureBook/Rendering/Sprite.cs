using PictureBook.Drawings;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Rendering;

/// <summary>A thing of a scene at its place, in whole pixels, so that its picture is copied as it is.</summary>
/// <remarks>
/// Things stand on a grid of eighths of the picture: a VQGAN of factor 8, and a U-ViT that halves its grid once more, then see a drawing always cut in the same way, and have one
/// pattern to learn for it instead of one for each of 256 shifts.
/// </remarks>
/// <param name="Habitat">Where it is.</param>
/// <param name="Image">Its picture.</param>
/// <param name="Left">The picture's left edge.</param>
/// <param name="Top">The picture's upper edge.</param>
/// <param name="Hidden">How many rows at its lower end are under water.</param>
internal readonly record struct Sprite(Habitat Habitat, SKImage Image, int Left, int Top, int Hidden)
{
    /// <summary>How deep in the water what floats is.</summary>
    private const float Draught = 0.12f;

    private const int CellsAcross = 8;

    public int Bottom => Top + Image.Height - Hidden;

    public float Middle => Left + Image.Width / 2f;

    /// <summary>The sprites of a scene with their numbers in it, those behind first.</summary>
    public static (Sprite Sprite, int Index)[] Of(Scene scene, SceneLayout layout, DrawingSet drawings, int size) =>
    [
        .. scene.Things.Select((thing, index) => (Sprite: Of(thing, layout.Things[index], drawings, size), Index: index))
            .OrderBy(pair => pair.Sprite.Habitat == Habitat.Air).ThenBy(pair => pair.Sprite.Bottom),
    ];

    private static Sprite Of(PlacedThing thing, ThingPlace place, DrawingSet drawings, int size)
    {
        var image = drawings.Draw(thing.Thing, thing.Colour, Math.Max(1, (int)Math.Round(place.Side * size)));
        int hidden = thing.Thing.Habitat == Habitat.Water ? (int)Math.Round(image.Height * Draught) : 0;
        int cell = size / CellsAcross, shown = image.Height - hidden;
        // The largest may lose a quarter of a cell at the right edge.
        int left = OnGrid(place.Centre * size - image.Width / 2f, 0, size - image.Width + cell / 4, cell);
        int bottom = OnGrid(place.Bottom * size, shown, size, cell);
        return new(thing.Thing.Habitat, image, left, bottom - shown, hidden);
    }

    /// <summary>The nearest line of the grid within bounds; the lower bound where there is none.</summary>
    private static int OnGrid(float wanted, int least, int most, int cell)
    {
        int first = (least + cell - 1) / cell, last = most / cell;
        return last < first ? least : cell * Math.Clamp((int)MathF.Round(wanted / cell), first, last);
    }

    /// <summary>Draws what is above the water.</summary>
    public void Draw(SKCanvas canvas, SKPaint paint)
    {
        SKRectI part = new(0, 0, Image.Width, Image.Height - Hidden);
        canvas.DrawImage(Image, part, SKRect.Create(Left, Top, part.Width, part.Height), SKSamplingOptions.Default, paint);
    }
}
