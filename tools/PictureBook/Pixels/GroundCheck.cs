using Amused.Images;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Pixels;

/// <summary>
/// Tells a picture's ground from its lowest rows, by the colours that grounds have under the sky. A beach looks much like a desert: where there is sand in front, some
/// rows decide that at the sea are water, unless things hide it, and elsewhere are too far up for ponds.
/// </summary>
internal static class GroundCheck
{
    private const float FrontTop = 0.93f, BackTop = 0.56f, BackBottom = 0.63f;

    /// <summary>The share of those rows that is water at the sea, however much is hidden.</summary>
    private const float LeastWater = 0.1f;

    private static readonly Dictionary<Sky, NearestColour<Surface?>> FrontColours = Enum.GetValues<Sky>().ToDictionary(sky => sky, sky => new NearestColour<Surface?>(Front(sky)));
    private static readonly Dictionary<Sky, NearestColour<Surface?>> BackColours = Enum.GetValues<Sky>().ToDictionary(sky => sky, sky => new NearestColour<Surface?>(Back(sky)));

    private enum Surface
    {
        Meadow,
        Desert,
        Snow,
        Water,
        Beach,
    }

    /// <summary>Reads the ground.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="sky">Its sky, whose light colours the ground.</param>
    public static Ground Read(RgbImage picture, Sky sky) => Count(picture, FrontColours[sky], FrontTop, 1).Winner switch
    {
        Surface.Meadow => Ground.Meadow,
        Surface.Snow => Ground.Snow,
        Surface.Water => Ground.Sea,
        _ => Count(picture, BackColours[sky], BackTop, BackBottom)[Surface.Water] >= LeastWater * (BackBottom - BackTop) * picture.Width * picture.Height ? Ground.Sea : Ground.Desert,
    };

    private static Votes<Surface> Count(RgbImage picture, NearestColour<Surface?> colours, float top, float bottom)
    {
        Votes<Surface> votes = new();
        int end = (int)MathF.Round(bottom * picture.Height);
        for (int y = Math.Min((int)(top * picture.Height), end - 1); y < end; y++)
        {
            for (int x = 0; x < picture.Width; x++)
                votes.Add(colours.Of(picture, x, y));
        }

        return votes;
    }

    private static IEnumerable<(SKColor, Surface?)> Front(Sky sky) =>
    [
        .. Labelled(Ground.Meadow, sky, Surface.Meadow), .. Labelled(Ground.Desert, sky, Surface.Desert), .. Labelled(Ground.Snow, sky, Surface.Snow),
        .. Labelled(Ground.Sea, sky, Surface.Water), (Palette.Beach(sky), Surface.Beach),
    ];

    /// <summary>Water, and all that is not: blue things too.</summary>
    private static IEnumerable<(SKColor, Surface?)> Back(Sky sky) =>
    [
        .. Labelled(Ground.Sea, sky, Surface.Water),
        .. ((SKColor[])[.. Shades.Of(sky), .. Shades.Of(Ground.Desert, sky), Palette.Beach(sky), .. Palette.Colours.Select(Palette.Of), .. Palette.Accents])
            .Select(colour => (colour, (Surface?)null)),
    ];

    private static IEnumerable<(SKColor, Surface?)> Labelled(Ground ground, Sky sky, Surface surface) => Shades.Of(ground, sky).Select(colour => (colour, (Surface?)surface));
}
