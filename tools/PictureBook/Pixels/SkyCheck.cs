using Amused.Images;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Pixels;

/// <summary>Tells a picture's sky from its uppermost rows: each pixel speaks for the sky whose colours there are nearest; clouds don't speak.</summary>
internal static class SkyCheck
{
    /// <summary>The rows that are looked at, as a share of the picture's height.</summary>
    private const float Rows = 0.09f;

    private static readonly NearestColour<Sky?> Colours = new(Enum.GetValues<Sky>().SelectMany(Of));

    /// <summary>Reads the sky.</summary>
    public static Sky Read(RgbImage picture)
    {
        Votes<Sky> votes = new();
        int rows = Math.Max(1, (int)MathF.Round(Rows * picture.Height));
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < picture.Width; x++)
                votes.Add(Colours.Of(picture, x, y));
        }

        return votes.Winner ?? Sky.Day;
    }

    private static IEnumerable<(SKColor, Sky?)> Of(Sky sky) => [.. Shades.Of(sky, 0, 0.2f, 3).Select(colour => (colour, (Sky?)sky)), (Palette.Of(sky).Cloud, null)];
}
