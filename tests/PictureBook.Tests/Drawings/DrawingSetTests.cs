using PictureBook.Drawings;
using PictureBook.Scenes;
using PictureBook.Tests.Scenes;
using PictureBook.Tests.Support;
using SkiaSharp;
using Xunit;

namespace PictureBook.Tests.Drawings;

public sealed class DrawingSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_set_is_read_from_its_file_its_folder_and_its_package()
    {
        var file = folder.Write("icons.json", TinyIcons.Json());
        TinyIcons.WritePackage(folder["set.tgz"]);
        foreach (var path in new[] { file, folder.Path, folder["set.tgz"] })
        {
            var set = DrawingSet.Load(path);
            Assert.Equal(("fluent-emoji-flat", 1_700_000_001), (set.Name, set.Version));
            Assert.Equal(40, set.Draw(AllThings.Table[0], ThingColour.Red, 40).Height);
        }
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        Fails(folder["none.json"], "none.json", "there is no such file");
        Fails(folder.Path, "no icons.json");
        Fails(folder.Write("broken.json", "{"), "broken.json", "prefix");
        Fails(folder.Write("empty.json", "{}"), "prefix");
        Fails(folder.Write("set.tgz", "no archive"), "set.tgz", "broken or cut");
        Fails(folder.Write("other.json", TinyIcons.Json(prefix: "other")), "\"other\"", "fluent-emoji-flat or noto");
        Fails(folder.Write("less.json", TinyIcons.Json(without: "teapot")), "\"teapot\"", "teapot");
    }

    [Theory]
    [InlineData("<path", "no SVG")]
    [InlineData("<path d=\"M0 0\"/>", "shows nothing")]
    [InlineData("<text>car</text>", "text")]
    public void A_drawing_that_cannot_be_drawn_is_named_when_it_is_wanted(string body, string why)
    {
        var set = DrawingSet.Load(folder.Write("icons.json", TinyIcons.Json(body: body)));
        var fault = Assert.Throws<BrokenInputException>(() => set.Draw(AllThings.Find("car")!, ThingColour.Red, 40));
        Assert.Contains("automobile", fault.Message);
        Assert.Contains(why, fault.Message);
    }

    [Fact]
    public void The_main_part_takes_the_named_colour_and_the_rest_stays()
    {
        foreach (var thing in AllThings.Table.Where(thing => thing.HasColours))
        {
            foreach (var colour in thing.Colours)
            {
                using var bitmap = SKBitmap.FromImage(TinyDrawings.Set.Draw(thing, colour, 48));
                Assert.Equal(Palette.Of(colour), MostFrequent(bitmap));
                Assert.Contains(new SKColor(0x21, 0x21, 0x21), bitmap.Pixels);
            }
        }

        using var cat = SKBitmap.FromImage(TinyDrawings.Set.Draw(AllThings.Find("cat")!, ThingColour.None, 48));
        Assert.Equal(new SKColor(0x8a, 0x6f, 0x5c), MostFrequent(cat));
    }

    [Fact]
    public void Shades_keep_their_order_and_their_named_colour()
    {
        Drawing drawing = new("x", "#f8312f #ca0b4a #ff8687", "#123456>#abcdef #654321>none");
        const string body = "#f8312f #ca0b4a #FF8687 #123456 #654321 #777777";
        foreach (var colour in Palette.Colours)
        {
            string[] shades = drawing.Recolour(body, colour).Split(' ');
            float[] light = [.. shades.Take(3).Select(shade => Oklch.Of(SKColor.Parse(shade)).Lightness)];
            Assert.True(light[1] < light[0] && light[0] < light[2], $"{colour}: {string.Join(' ', shades)}");
            Assert.All(shades.Take(2), shade => Assert.Equal(colour, PaletteTests.Nearest(SKColor.Parse(shade))));
            Assert.Equal(["#abcdef", "none", "#777777"], shades[3..]);
        }

        Assert.Equal("#f8312f #ca0b4a #ff8687 #abcdef none #777777", drawing.Recolour(body, ThingColour.None));
    }

    [Fact]
    public void A_picture_is_as_large_as_the_thing_is_seen()
    {
        var umbrella = TinyDrawings.Set.Draw(AllThings.Find("umbrella")!, ThingColour.Red, 48);
        Assert.Equal((48, 32), (umbrella.Width, umbrella.Height));
        Assert.Same(umbrella, TinyDrawings.Set.Draw(AllThings.Find("umbrella")!, ThingColour.Red, 48));
    }

    [Fact]
    public void Both_tables_have_a_drawing_for_every_thing()
    {
        foreach (var table in new[] { FluentDrawings.Table, NotoDrawings.Table })
        {
            Assert.Equal(AllThings.Table.Select(thing => thing.Name).Order(), table.Keys.Order());
            Assert.All(AllThings.Table, thing => Assert.Equal(thing.HasColours, table[thing.Name].Main.Length > 0));
            Assert.Equal(table.Count, table.Values.Select(drawing => drawing.Icon).Distinct().Count());
        }
    }

    private static SKColor MostFrequent(SKBitmap bitmap) => bitmap.Pixels.Where(pixel => pixel.Alpha == 255).CountBy(pixel => pixel).MaxBy(pair => pair.Value).Key;

    private static void Fails(string path, params string[] words)
    {
        var fault = Assert.Throws<BrokenInputException>(() => DrawingSet.Load(path));
        Assert.All(words, word => Assert.Contains(word, fault.Message));
        Assert.DoesNotContain('\n', fault.Message);
    }
}
