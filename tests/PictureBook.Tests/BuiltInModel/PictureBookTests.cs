using Amused.Images;
using PictureBook.Pixels;
using PictureBook.Scenes;
using Xunit;

namespace PictureBook.Tests.BuiltInModel;

/// <summary>What the model in the box draws, by the pixels: far less than its scores say, so that none of this hangs on one picture.</summary>
public sealed class PictureBookTests(PictureBookFixture model) : IClassFixture<PictureBookFixture>
{
    private static readonly Thing Balloon = AllThings.Find("balloon")!;

    [Fact]
    public void Sky_and_ground_are_those_of_the_words()
    {
        var scenes = (from sky in Words.Skies from ground in Words.Grounds select (sky, ground)).ToList();
        var pictures = model.Draw(1, [.. scenes.Select(scene => $"a cat {scene.ground.Value} {scene.sky.Value}")]);
        var read = pictures.Select(picture => (Sky: SkyCheck.Read(picture), Picture: picture)).Select(seen => (seen.Sky, Ground: GroundCheck.Read(seen.Picture, seen.Sky))).ToList();
        Assert.InRange(scenes.Zip(read).Count(pair => pair.First.sky.Key == pair.Second.Sky), 13, 16);
        Assert.InRange(scenes.Zip(read).Count(pair => pair.First.ground.Key == pair.Second.Ground), 13, 16);
    }

    [Fact]
    public void Things_have_the_asked_for_colour()
    {
        var pictures = model.Draw(2, [.. Palette.Colours.Select(colour => $"a big {colour.ToString().ToLowerInvariant()} balloon in the middle on a meadow by day")]);
        ColourCheck check = new(Sky.Day, Ground.Meadow);
        Assert.InRange(Palette.Colours.Zip(pictures).Count(pair => check.Read(pair.Second, Balloon, Place.Middle) == pair.First), 4, 6);
    }

    [Fact]
    public void The_same_seed_gives_the_same_picture_and_another_one_another() =>
        Assert.Equal([true, false], model.Draw(3, "a fox in the snow", "a fox in the snow").Select(picture => picture.Pixels.SequenceEqual(model.Draw(3, "a fox in the snow")[0].Pixels)));

    [Fact]
    public void A_picture_is_made_anew_in_another_colour_and_keeps_sky_and_ground()
    {
        var red = model.Draw(4, "a big red balloon in the middle on a meadow by day")[0];
        var blue = model.Pipeline.Generate(new ImageToImageRequest { Prompts = ["a big blue balloon in the middle on a meadow by day"], Images = [red], Strength = 0.9, Seed = 4 }).Images[0].Picture;
        ColourCheck check = new(Sky.Day, Ground.Meadow);
        Assert.Equal((ThingColour.Red, ThingColour.Blue), (check.Read(red, Balloon, Place.Middle), check.Read(blue, Balloon, Place.Middle)));
        Assert.Equal((Sky.Day, Ground.Meadow), (SkyCheck.Read(blue), GroundCheck.Read(blue, Sky.Day)));
    }

    [Fact]
    public void What_a_mask_covers_is_drawn_anew_and_the_rest_stays()
    {
        var before = model.Draw(5, "a big red balloon in the middle on a meadow by day")[0];
        RgbImage mask = new(128, 128, [.. Enumerable.Range(0, 3 * 128 * 128).Select(i => i / 3 % 128 is >= 32 and < 96 && i / 3 / 128 < 96 ? byte.MaxValue : (byte)0)]);
        var after = model.Pipeline.Generate(new InpaintRequest { Prompts = ["a big blue balloon in the middle on a meadow by day"], Images = [before], Masks = [mask], Seed = 5 }).Images[0].Picture;
        ColourCheck check = new(Sky.Day, Ground.Meadow);
        Assert.Equal((ThingColour.Red, ThingColour.Blue), (check.Read(before, Balloon, Place.Middle), check.Read(after, Balloon, Place.Middle)));
        for (var i = 0; i < mask.Pixels.Length; i++)
        {
            if (mask.Pixels[i] == 0)
                Assert.Equal(before.Pixels[i], after.Pixels[i]);
        }
    }
}
