using Amused.Images;
using Amused.Runtime;
using PictureBook.Prompts;
using PictureBook.Rendering;
using PictureBook.Tests.Support;
using PictureBook.Vq;
using Xunit;

namespace PictureBook.Tests.Vq;

public sealed class VqCheckTests
{
    [Fact]
    public void The_error_is_that_of_the_masked_pixels()
    {
        RgbImage black = new(2, 1, new byte[6]), grey = new(2, 1, [51, 51, 51, 0, 0, 0]);
        SquaredError all = new(), masked = new(), none = new();
        all.Add(black, grey);
        masked.Add(black, grey, new(2, 1, [255, 0]));
        Assert.Equal(-10 * Math.Log10(0.04 / 2), all.Psnr, 1e-9);
        Assert.Equal(-10 * Math.Log10(0.04), masked.Psnr, 1e-9);
        Assert.True(double.IsNaN(none.Psnr));
        none.Add(black, black);
        Assert.Equal(double.PositiveInfinity, none.Psnr);
    }

    [Fact]
    public void A_models_codes_are_counted_and_its_losses_measured()
    {
        using var pipeline = AmusedPipeline.FromPretrained(GoldenFolder.FixtureModel("tiny256"), new() { Precision = Precision.Float32 });
        List<int> told = [];
        var scores = new VqCheck(pipeline, new SceneRenderer(TinyDrawings.Set, 32)).Measure([.. ScenePrompts.Make(6).Select(prompt => prompt.Scene)], told.Add);
        Assert.Equal([1, 2, 3, 4, 5, 6], told);
        Assert.Equal(64, scores.Codes.Of);
        Assert.InRange(scores.Codes.Right, 1, 64);
        // Random weights keep nothing of a picture.
        Assert.InRange(scores.Psnr, 0, 20);
        Assert.InRange(scores.ThingPsnr, 0, 20);
        Assert.Equal(scores.Colours.Of, scores.ColoursBefore.Of);
        Assert.True(scores.ColoursBefore.Right > scores.Colours.Right || scores.ColoursBefore.Of == 0);
    }
}
