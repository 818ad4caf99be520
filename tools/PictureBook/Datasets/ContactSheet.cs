using Amused.Images;
using PictureBook.Drawings;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Datasets;

/// <summary>All things in all their colours on one sheet, to look a set of drawings over.</summary>
public static class ContactSheet
{
    private const int Columns = 14;

    /// <summary>Draws the sheet.</summary>
    /// <param name="drawings">The set.</param>
    /// <param name="side">The side of a thing in pixels. The default value is 56.</param>
    public static RgbImage Draw(DrawingSet drawings, int side = 56)
    {
        ArgumentNullException.ThrowIfNull(drawings);
        var all = AllThings.Table.SelectMany(thing => thing.Colours.Select(colour => (Thing: thing, Colour: colour))).ToList();
        return ImageGrid.Compose([.. all.Select(kind => Cell(drawings.Draw(kind.Thing, kind.Colour, side), side + 8))], Columns, [.. all.Select(kind => kind.Thing.Name)]);
    }

    private static RgbImage Cell(SKImage thing, int side)
    {
        using SKBitmap bitmap = new(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(Palette.Of(Sky.Day).Bottom);
            canvas.DrawImage(thing, (side - thing.Width) / 2, (side - thing.Height) / 2, SKSamplingOptions.Default);
        }

        return new(side, side, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }
}
