using PictureBook.Scenes;
using SkiaSharp;
using Xunit;

namespace PictureBook.Tests.Scenes;

public class PaletteTests
{
    /// <summary>The most by which a colour that a screen has may change on its way: a rounding step of a byte.</summary>
    private const int Step = 1;

    [Fact]
    public void Every_colour_under_every_sky_is_nearest_to_itself_by_hue_lightness_and_chroma()
    {
        foreach (var sky in Enum.GetValues<Sky>())
        {
            foreach (var colour in Palette.Colours)
                Assert.Equal(colour, Nearest(Palette.Of(colour).Under(sky)));
        }
    }

    [Fact]
    public void Grounds_differ_clearly_under_each_sky()
    {
        foreach (var sky in Enum.GetValues<Sky>())
        {
            foreach (var (one, other) in Enum.GetValues<Ground>().SelectMany(one => Enum.GetValues<Ground>().Where(other => other > one).Select(other => (one, other))))
                Assert.True(Distance(Palette.Of(one, sky).Near, Palette.Of(other, sky).Near) > 0.08, $"{one} and {other} look alike under {sky}");
        }
    }

    [Fact]
    public void Colours_come_back_from_lightness_chroma_and_hue()
    {
        foreach (var colour in Palette.Colours.Select(Palette.Of).Append(SKColors.Black).Append(SKColors.White).Append(SKColors.Gray))
        {
            var back = Oklch.Of(colour).ToColour();
            Assert.InRange(back.Red - colour.Red, -Step, Step);
            Assert.InRange(back.Green - colour.Green, -Step, Step);
            Assert.InRange(back.Blue - colour.Blue, -Step, Step);
        }
    }

    [Fact]
    public void A_colour_beyond_the_screens_keeps_lightness_and_hue()
    {
        var shown = Oklch.Of(new Oklch(0.7f, 0.5f, 150).ToColour());
        Assert.Equal(0.7f, shown.Lightness, 0.01f);
        Assert.Equal(150, shown.Hue, 2f);
        Assert.True(shown.Chroma < 0.3f);
    }

    [Fact]
    public void No_colour_is_no_colour() => Assert.Throws<ArgumentOutOfRangeException>(() => Palette.Of(ThingColour.None));

    internal static ThingColour Nearest(SKColor colour) => Palette.Colours.MinBy(named => Distance(Palette.Of(named), colour));

    private static double Distance(SKColor one, SKColor other)
    {
        var (a, b) = (Oklch.Of(one), Oklch.Of(other));
        double angle = (a.Hue - b.Hue) * Math.PI / 180;
        return Math.Sqrt(Math.Pow(a.Lightness - b.Lightness, 2) + a.Chroma * a.Chroma + b.Chroma * b.Chroma - 2 * a.Chroma * b.Chroma * Math.Cos(angle));
    }
}
