using Amused.Images;
using PictureBook.Rendering;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Pixels;

/// <summary>
/// Tells the colour of a thing from the pixels at its place. Each pixel belongs to the nearest colour of all that a picture under this sky and on this ground can have
/// there; only those speak that are nearest to a shade of one of the six colours, and those in the place's middle speak loudest.
/// </summary>
internal sealed class ColourCheck
{
    /// <summary>How far from a place's middle pixels are looked at, as a share of the picture's width.</summary>
    private const float Reach = 0.17f;

    /// <summary>How much lighter or darker than its main part a thing's shades are.</summary>
    private static readonly float[] Steps = [-0.15f, -0.08f, 0, 0.07f];

    private readonly NearestColour<ThingColour?> colours;

    /// <param name="sky">The picture's sky.</param>
    /// <param name="ground">The picture's ground.</param>
    public ColourCheck(Sky sky, Ground ground) => colours = new([.. Palette.Colours.SelectMany(Of), .. Background(sky, ground)]);

    /// <summary>Reads a colour.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="thing">The thing: what flies is looked for in the sky.</param>
    /// <param name="place">Where it is.</param>
    /// <returns>The colour; null when there is none of the six.</returns>
    public ThingColour? Read(RgbImage picture, Thing thing, Place place)
    {
        Votes<ThingColour> votes = new();
        float middle = SceneLayout.Column(place) * picture.Width, reach = Reach * picture.Width;
        var (top, bottom) = Rows(thing.Habitat);
        for (int y = (int)(top * picture.Height); y < (int)(bottom * picture.Height); y++)
        {
            for (int x = Math.Max(0, (int)(middle - reach)); x < Math.Min(picture.Width, middle + reach); x++)
                votes.Add(colours.Of(picture, x, y), Math.Max(0, 1 - Math.Abs(x + 0.5f - middle) / reach));
        }

        return votes.Winner;
    }

    /// <summary>The part of the height that a thing may be in. The sun by day is above all that stands.</summary>
    private static (float Top, float Bottom) Rows(Habitat habitat) => habitat switch
    {
        Habitat.Air => (0.04f, 0.6f),
        Habitat.Water => (0.3f, 0.9f),
        _ => (0.3f, 1),
    };

    private static IEnumerable<(SKColor, ThingColour?)> Of(ThingColour colour)
    {
        var main = Oklch.Of(Palette.Of(colour));
        foreach (float step in Steps)
        {
            // A shaded yellow is turned towards orange, and what is lighter is paler, as in the drawings.
            float hue = colour == ThingColour.Yellow ? main.Hue + 90 * Math.Min(step, 0) : main.Hue;
            Oklch shade = new(Math.Clamp(main.Lightness + step, 0.15f, 0.98f), step > 0 ? 0.85f * main.Chroma : main.Chroma, hue);
            yield return (shade.ToColour(), colour);
        }
    }

    private static IEnumerable<(SKColor, ThingColour?)> Background(Sky sky, Ground ground)
    {
        SKColor[] grounds = [.. Shades.Of(ground, sky), .. ground == Ground.Sea ? [Palette.Beach(sky)] : (SKColor[])[Palette.Pond(sky)]];
        SKColor[] lights = sky switch
        {
            Sky.Sunset => [Palette.SettingSun, Shades.Mix(Palette.Of(sky).Bottom, Palette.SettingSun, 0.4f)],
            Sky.Night => [Palette.Moon],
            _ => [],
        };
        return ((SKColor[])[.. Shades.Of(sky), Palette.Of(sky).Cloud, .. lights, .. grounds, .. grounds.Select(Shades.InShadow), .. Palette.Accents])
            .Select(colour => (colour, (ThingColour?)null));
    }
}
