using Amused.Imaging;
using Amused.PictureBook;
using SkiaSharp;

namespace Amused.Evaluation.DrawnWorld.Pixels;

/// <summary>
/// Tells a picture's ground from its lowest rows, by the colours that grounds have under the sky. A beach looks much like a desert: where there is sand in front, the
/// rows below the horizon decide, which at the sea are water.
/// </summary>
internal static class GroundCheck
{
    private const float FrontTop = 0.93f, BackTop = 0.6f, BackBottom = 0.72f;

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
        _ => Count(picture, BackColours[sky], BackTop, BackBottom) is var back && back[Surface.Water] > back[Surface.Desert] ? Ground.Sea : Ground.Desert,
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

    private static IEnumerable<(SKColor, Surface?)> Back(Sky sky) =>
    [
        .. Labelled(Ground.Desert, sky, Surface.Desert), .. Labelled(Ground.Sea, sky, Surface.Water),
        .. Shades.Of(sky).Select(colour => (colour, (Surface?)null)), (Palette.Beach(sky), null),
    ];

    private static IEnumerable<(SKColor, Surface?)> Labelled(Ground ground, Sky sky, Surface surface) => Shades.Of(ground, sky).Select(colour => (colour, (Surface?)surface));
}
