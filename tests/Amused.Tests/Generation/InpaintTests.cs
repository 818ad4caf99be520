using Amused.Images;
using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

public sealed class InpaintTests : IDisposable
{
    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    private static RgbImage Original => TinyPipeline.Picture(32, 32);

    public void Dispose() => pipeline.Dispose();

    [Fact]
    public void Tokens_outside_the_mask_are_the_pictures()
    {
        var encoded = pipeline.EncodeImage(Original);
        var painted = pipeline.Tokens(Request() with { Seed = 3 }).Single();
        for (var row = 0; row < 8; row++)
            for (var column = 0; column < 4; column++)
                Assert.Equal(encoded[row, column], painted[row, column]);
        Assert.DoesNotContain(pipeline.MaskTokenId, painted.Ids.ToArray());
    }

    [Fact]
    public void Each_image_of_a_batch_is_scaled_by_its_own_masked_share()
    {
        List<int> masked = [];
        var request = Request() with
        {
            Masks = [TinyPipeline.Mask(32, 32, 16), TinyPipeline.Mask(32, 32, 24)],
            Generator = GeneratorMode.Shared,
            Seed = 1,
            Steps = 4,
            OnStep = step => masked.AddRange(step.Images.Select(image => image.Masked.Count(isMasked => isMasked))),
        };
        pipeline.Tokens(request);
        // Of 64 tokens, 32 and 16 are masked; three quarters, a half and a quarter of them stay so.
        Assert.Equal([24, 12, 16, 8, 8, 4, 0, 0], masked);
    }

    [Fact]
    public void One_mask_serves_several_pictures()
    {
        var pictures = new[] { Original, TinyPipeline.Picture(32, 32, seed: 2) };
        var both = pipeline.Tokens(Request() with { Images = pictures, Seed = 1 });
        var second = pipeline.Tokens(Request() with { Images = [pictures[1]], Seed = 2 });
        Assert.Equal(second.Single(), both[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void At_least_one_step_runs_however_small_the_strength(double strength)
    {
        var steps = 0;
        Assert.DoesNotContain(pipeline.MaskTokenId, pipeline.Tokens(Request() with { Strength = strength, OnStep = _ => steps++ })
            .Single().Ids.ToArray());
        Assert.Equal(1, steps);
    }

    [Theory]
    [InlineData(36, 20)]
    [InlineData(4, 52)]
    [InlineData(44, 44)]
    public void Every_size_that_the_model_takes_can_be_inpainted(int width, int height)
    {
        var request = Request() with { Images = [TinyPipeline.Picture(width, height)],
            Masks = [TinyPipeline.Mask(width, height, width / 2)], OwnSize = true };
        var picture = pipeline.Generate(request).Images[0].Picture;
        Assert.Equal((width, height), (picture.Width, picture.Height));
    }

    [Fact]
    public void The_original_pixels_are_put_back_far_from_the_mask_unless_asked_otherwise()
    {
        var request =
            Request() with { Images = [TinyPipeline.Picture(96, 32)], Masks = [TinyPipeline.Mask(96, 32, 80)], OwnSize = true, Seed = 1 };
        var original = request.Images[0];
        Assert.Equal(LeftHalf(original), LeftHalf(pipeline.Generate(request).Images[0].Picture));
        Assert.NotEqual(LeftHalf(original), LeftHalf(pipeline.Generate(request with { Composite = false }).Images[0].Picture));
    }

    [Fact]
    public void A_mask_is_scaled_with_its_picture_and_the_pixels_put_back_are_those_of_the_scaled_one()
    {
        var photo = TinyPipeline.Picture(320, 320);
        var result = pipeline.Generate(Request() with { Images = [photo], Masks = [TinyPipeline.Mask(320, 320, 240)], Seed = 1 });
        Assert.Equal("a picture of 320 × 320 is scaled to 32 × 32: the model was made for pictures of 32 × 32",
            Assert.Single(result.Notices));
        Assert.Equal(LeftHalf(photo.Resize(32, 32)), LeftHalf(result.Images[0].Picture));
    }

    [Fact]
    public void A_mask_of_another_size_is_resized_and_that_is_said()
    {
        var result = pipeline.Generate(Request() with { Masks = [TinyPipeline.Mask(64, 40, 32)] });
        Assert.Equal("a mask of 64 × 40 is resized to the picture's 32 × 32", Assert.Single(result.Notices));
    }

    [Fact]
    public void A_black_mask_changes_nothing_and_that_is_said()
    {
        var result = pipeline.Generate(Request() with { Masks = [TinyPipeline.Mask(32, 32, 32)] });
        Assert.Contains("black", Assert.Single(result.Notices));
        Assert.Equal(pipeline.EncodeImage(Original), result.Images[0].Tokens);
        Assert.Equal(Original.Pixels, result.Images[0].Picture.Pixels);
    }

    [Fact]
    public void Inpainting_leaves_the_schedule_of_later_calls_alone()
    {
        var text = new TextToImageRequest("a dog") { Seed = 1 };
        var before = pipeline.Tokens(text);
        pipeline.Tokens(Request());
        Assert.Equal(before, pipeline.Tokens(text));
    }

    private static InpaintRequest Request() => new() { Prompts = ["a dog"], Images = [Original], Masks = [TinyPipeline.Mask(32, 32, 16)] };

    private static byte[] LeftHalf(RgbImage image) =>
        [.. Enumerable.Range(0, image.Height).SelectMany(y => image.Pixels.Slice(y * image.Width * 3, image.Width / 2 * 3).ToArray())];
}
