using Amused.Images;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using SkiaSharp;
using Xunit;

namespace PictureBook.Tests.Rendering;

public class SceneRendererTests
{
    private static readonly SceneRenderer Renderer = new(TinyDrawings.Set);

    [Fact]
    public void The_same_scene_gives_the_same_picture_whoever_draws_it_and_from_many_threads()
    {
        SceneRenderer other = new(TinyDrawings.Set);
        var again = new byte[64][];
        Parallel.For(0, again.Length, i => again[i] = other.RenderPng(SceneSampler.Sample(1, i)));
        for (int i = 0; i < again.Length; i++)
            Assert.Equal(Renderer.RenderPng(SceneSampler.Sample(1, i)), again[i]);
        Assert.Equal(again.Length, again.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void The_file_holds_the_picture()
    {
        var scene = SceneSampler.Sample(1, 2);
        Assert.Equal(Renderer.Render(scene).Pixels, RgbImage.Load(Renderer.RenderPng(scene), "scene").Pixels);
    }

    [Fact]
    public void A_things_pixels_are_nearest_to_its_named_colour_under_every_sky()
    {
        foreach (var scene in Scenes(200))
        {
            var picture = Renderer.Render(scene);
            foreach (var (thing, mask) in scene.Things.Zip(Renderer.Masks(scene)).Where(pair => pair.First.Colour != ThingColour.None))
            {
                var seen = Pixels(picture, mask).CountBy(pixel => Palette.Colours.MinBy(colour => Distance(Palette.Of(colour), pixel)));
                Assert.Equal(thing.Colour, seen.MaxBy(pair => pair.Value).Key);
            }
        }
    }

    [Fact]
    public void A_mask_is_where_a_thing_of_another_colour_makes_another_picture()
    {
        foreach (var scene in Scenes(300).Where(scene => scene.Things is [{ Colour: not (ThingColour.None or ThingColour.Blue) }]))
        {
            var mask = Renderer.Masks(scene)[0];
            var (one, other) = (Renderer.Render(scene), Renderer.Render(scene with { Things = [scene.Things[0] with { Colour = ThingColour.Blue }] }));
            int differ = 0;
            for (int at = 0; at < mask.Pixels.Length; at++)
            {
                if (At(one, at) == At(other, at))
                    continue;
                differ++;
                Assert.True(IsBeside(mask, at), $"{scene.Index}: {at % 128}, {at / 128}");
            }

            Assert.InRange(differ / (double)Count(mask), 0.7, 1.3);
        }
    }

    [Fact]
    public void A_pixel_shows_one_thing_at_the_most_and_of_each_thing_most_is_seen()
    {
        foreach (var scene in Scenes(400).Where(scene => scene.Things.Count == 2))
        {
            var masks = Renderer.Masks(scene);
            for (int at = 0; at < masks[0].Pixels.Length; at++)
                Assert.False(masks[0].Pixels[at] != 0 && masks[1].Pixels[at] != 0);
            foreach (var (sprite, index) in Sprite.Of(scene, SceneLayout.Of(scene), TinyDrawings.Set, 128))
                Assert.True(Count(masks[index]) > 0.5 * Area(sprite), $"{scene.Index}: {scene.Things[index]} has {Count(masks[index])} of {Area(sprite)} pixels");
        }
    }

    [Fact]
    public void Things_are_in_their_third_and_their_size_grows_with_its_name()
    {
        foreach (var place in Enum.GetValues<Place>())
        {
            double[] areas = [.. Enum.GetValues<ThingSize>().Select(size =>
            {
                var mask = Renderer.Masks(Scene("gift", ThingColour.Red, place, size, Ground.Meadow))[0];
                var columns = Enumerable.Range(0, 128 * 128).Where(at => mask.Pixels[at] != 0).Select(at => at % 128).ToList();
                Assert.InRange(columns.Average(), 128 * (int)place / 3.0, 128 * ((int)place + 1) / 3.0);
                return (double)columns.Count;
            })];
            Assert.True(areas[0] * 1.4 < areas[1] && areas[1] * 1.4 < areas[2], string.Join(' ', areas));
        }
    }

    [Fact]
    public void What_flies_is_above_the_horizon_and_what_stands_has_its_feet_below_it()
    {
        foreach (var scene in Scenes(400))
        {
            var layout = SceneLayout.Of(scene);
            foreach (var (thing, mask) in scene.Things.Zip(Renderer.Masks(scene)))
            {
                var rows = Enumerable.Range(0, 128 * 128).Where(at => mask.Pixels[at] != 0).Select(at => at / 128).ToList();
                if (thing.Thing.Habitat == Habitat.Air)
                    Assert.True(rows.Average() < 128 * layout.Horizon);
                else if (thing.Thing.Habitat == Habitat.Land)
                    Assert.True(rows.Max() + 1 > 128 * (layout.Beach ?? layout.Horizon));
                else if (layout.Beach is { } beach)
                    Assert.True(rows.Max() < 128 * beach);
            }
        }
    }

    [Fact]
    public void Sky_and_ground_have_the_palettes_colours()
    {
        foreach (var sky in Enum.GetValues<Sky>())
        {
            foreach (var ground in Enum.GetValues<Ground>())
            {
                var picture = Renderer.Render(Scene("balloon", ThingColour.Red, Place.Middle, ThingSize.Small, ground) with { Sky = sky });
                Assert.True(Distance(Palette.Of(sky).Top, At(picture, 127)) < 30);
                Assert.True(Distance(Palette.Of(ground, sky).Near, At(picture, 127 * 128 + 1)) < 60, $"{ground} under {sky}");
            }
        }
    }

    [Fact]
    public void Other_sizes_show_the_same_scene()
    {
        var scene = SceneSampler.Sample(1, 3);
        var large = new SceneRenderer(TinyDrawings.Set, 256).Render(scene).Resize(128, 128);
        var small = Renderer.Render(scene);
        double difference = Enumerable.Range(0, small.Pixels.Length).Average(i => Math.Abs(small.Pixels[i] - large.Pixels[i]));
        Assert.InRange(difference, 0, 6);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(1025)]
    public void Sizes_out_of_their_range_are_refused(int size) =>
        Assert.Contains(size.ToString(), Assert.Throws<InvalidRequestException>(() => new SceneRenderer(TinyDrawings.Set, size)).Message);

    private static IEnumerable<Scene> Scenes(int count) => Enumerable.Range(0, count).Select(i => SceneSampler.Sample(2, i));

    private static Scene Scene(string thing, ThingColour colour, Place place, ThingSize size, Ground ground) =>
        new() { Seed = 1, Index = 1, Things = [new(AllThings.Find(thing)!, colour, place, size)], Sky = Sky.Day, Ground = ground };

    private static SKColor At(RgbImage picture, int at) => new(picture.Pixels[3 * at], picture.Pixels[3 * at + 1], picture.Pixels[3 * at + 2]);

    private static int Count(GreyImage mask) => mask.Pixels.Length - mask.Pixels.Count((byte)0);

    private static int Area(Sprite sprite)
    {
        using var bitmap = SKBitmap.FromImage(sprite.Image);
        return bitmap.Pixels.Take(bitmap.Width * (bitmap.Height - sprite.Hidden)).Count(pixel => pixel.Alpha >= 128);
    }

    /// <summary>The pixels without the dark spot that all shapes have.</summary>
    private static IEnumerable<SKColor> Pixels(RgbImage picture, GreyImage mask) =>
        Enumerable.Range(0, mask.Pixels.Length).Where(at => mask.Pixels[at] != 0).Select(at => At(picture, at)).Where(pixel => pixel.Red + pixel.Green + pixel.Blue > 120);

    /// <summary>Edges are mixed of thing and ground on both sides of the mask's edge.</summary>
    private static bool IsBeside(GreyImage mask, int at)
    {
        for (int y = Math.Max(0, at / 128 - 1); y <= Math.Min(127, at / 128 + 1); y++)
        {
            for (int x = Math.Max(0, at % 128 - 1); x <= Math.Min(127, at % 128 + 1); x++)
            {
                if (mask.Pixels[128 * y + x] != 0)
                    return true;
            }
        }

        return false;
    }

    private static double Distance(SKColor one, SKColor other) =>
        Math.Sqrt(Math.Pow(one.Red - other.Red, 2) + Math.Pow(one.Green - other.Green, 2) + Math.Pow(one.Blue - other.Blue, 2));
}
