using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Pixels;

/// <summary>Colours that the palette's colours become in a picture.</summary>
internal static class Shades
{
    /// <summary>Some colours on the way from one to the other, both included.</summary>
    public static IEnumerable<SKColor> Between(SKColor from, SKColor to, int count) => Enumerable.Range(0, count).Select(i => Mix(from, to, (float)i / (count - 1)));

    /// <summary>A share of the one colour over the other.</summary>
    public static SKColor Mix(SKColor under, SKColor over, float share) =>
        new(Mix(under.Red, over.Red, share), Mix(under.Green, over.Green, share), Mix(under.Blue, over.Blue, share));

    /// <summary>A ground's colour in a thing's shadow.</summary>
    public static SKColor InShadow(this SKColor ground) => Mix(ground, Palette.Shadow, 0.17f);

    /// <summary>What a sky shows between two heights, as shares of its own height; without what floats in it.</summary>
    public static IEnumerable<SKColor> Of(Sky sky, float top = 0, float bottom = 1, int count = 10)
    {
        var colours = Palette.Of(sky);
        return Between(Mix(colours.Top, colours.Bottom, top), Mix(colours.Top, colours.Bottom, bottom), count);
    }

    /// <summary>What a ground shows under a sky, its ponds and its beach apart.</summary>
    public static IEnumerable<SKColor> Of(Ground ground, Sky sky)
    {
        var colours = Palette.Of(ground, sky);
        return ground == Ground.Sea ? [.. Between(colours.Far, colours.Near, 4), colours.Detail] : [colours.Far, colours.Near, colours.Detail];
    }

    private static byte Mix(byte under, byte over, float share) => (byte)MathF.Round(under + (over - under) * share);
}
