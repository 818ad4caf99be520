using Amused.Images;
using Xunit;

namespace Amused.Tests;

public sealed class ImageToImageTests : IDisposable
{
    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    public void Dispose() => pipeline.Dispose();

    [Fact]
    public void At_strength_1_nothing_of_the_picture_is_left()
    {
        var request = new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Strength = 1, Seed = 1 };
        Assert.Equal(pipeline.Tokens(request), pipeline.Tokens(request with { Images = [TinyPipeline.Picture(32, 32, seed: 3)] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void At_least_one_step_runs_however_small_the_strength(double strength)
    {
        var steps = 0;
        var request = new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Strength = strength,
            OnStep = _ => steps++ };
        Assert.DoesNotContain(pipeline.MaskTokenId, pipeline.Tokens(request).Single().Ids.ToArray());
        Assert.Equal(1, steps);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_strength_out_of_range_is_refused(double strength) => Assert.Throws<InvalidRequestException>(
        () => pipeline.Generate(new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)],
            Strength = strength }));

    [Fact]
    public void One_picture_serves_several_prompts()
    {
        var both =
            pipeline.Tokens(new ImageToImageRequest { Prompts = ["a dog", "a ball"], Images = [TinyPipeline.Picture(32, 32)], Seed = 1 });
        var second = pipeline.Tokens(new ImageToImageRequest { Prompts = ["a ball"], Images = [TinyPipeline.Picture(32, 32)], Seed = 2 });
        Assert.Equal(second.Single(), both[1]);
    }

    [Fact]
    public void One_prompt_serves_several_pictures()
    {
        var pictures = new[] { TinyPipeline.Picture(32, 32), TinyPipeline.Picture(32, 32, seed: 2) };
        var both = pipeline.Tokens(new ImageToImageRequest { Prompts = ["a dog"], Images = pictures, Seed = 1 });
        var second = pipeline.Tokens(new ImageToImageRequest { Prompts = ["a dog"], Images = [pictures[1]], Seed = 2 });
        Assert.Equal(second.Single(), both[1]);
    }

    [Theory]
    [InlineData(320, 320, 32, 32, "a picture of 320 × 320 is scaled to 32 × 32: the model was made for pictures of 32 × 32")]
    [InlineData(3, 3, 32, 32, "a picture of 3 × 3 is scaled to 32 × 32: the model was made for pictures of 32 × 32")]
    [InlineData(800, 400, 44, 20, "a picture of 800 × 400 is scaled to 44 × 20: the model was made for pictures of 32 × 32")]
    [InlineData(2000, 1, 256, 4,
        "a picture of 2000 × 1 is scaled to 256 × 4: the model was made for pictures of 32 × 32, and for none of this shape, "
        + "which changes")]
    public void A_picture_is_scaled_to_the_models_own_size_in_its_shape_and_that_is_said(int width, int height, int madeWidth,
        int madeHeight, string notice)
    {
        var result = pipeline.Generate(Of(TinyPipeline.Picture(width, height)));
        Assert.Equal((madeWidth, madeHeight), SizeOf(result));
        Assert.Equal(notice, Assert.Single(result.Notices));
        Assert.Equal((madeWidth, madeHeight), pipeline.SizeFor(width, height));
    }

    [Fact]
    public void A_picture_of_the_models_own_size_is_taken_as_it_is() =>
        Assert.Empty(pipeline.Generate(Of(TinyPipeline.Picture(32, 32))).Notices);

    [Fact]
    public void Another_size_may_be_asked_for_and_what_changes_a_shape_is_said()
    {
        var same = pipeline.Generate(Of(TinyPipeline.Picture(320, 160)) with { Width = 48, Height = 24 });
        Assert.Equal((48, 24), SizeOf(same));
        Assert.Empty(same.Notices);
        var other = pipeline.Generate(Of(TinyPipeline.Picture(32, 32)) with { Width = 16, Height = 32 });
        Assert.Equal("a picture of 32 × 32 is scaled to 16 × 32, which changes its shape", Assert.Single(other.Notices));
        Assert.Equal((48, 24), SizeOf(pipeline.Generate(Of(TinyPipeline.Picture(320, 160)) with { Width = 48 })));
    }

    [Fact]
    public void A_picture_keeps_its_own_size_where_that_is_asked_for_down_to_what_the_model_takes()
    {
        var result = pipeline.Generate(Of(TinyPipeline.Picture(37, 67)) with { OwnSize = true });
        Assert.Equal((36, 64), SizeOf(result));
        Assert.Equal("a picture of 37 × 67 is scaled to 36 × 64: the model takes multiples of 4", Assert.Single(result.Notices));
        Assert.Contains("is too small",
            Assert.Throws<InvalidRequestException>(() =>
            pipeline.Generate(Of(TinyPipeline.Picture(3, 40)) with { OwnSize = true })).Message);
        Assert.Contains("give one of the two",
            Assert.Throws<InvalidRequestException>(() =>
            pipeline.Generate(Of(TinyPipeline.Picture(37, 67)) with { OwnSize = true, Width = 32 })).Message);
    }

    [Fact]
    public void Pictures_of_a_batch_that_come_to_one_size_may_have_several_and_others_are_refused()
    {
        var sizes =
            new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(64, 64), TinyPipeline.Picture(320, 320)] };
        Assert.Equal(2, pipeline.Generate(sizes).Notices.Count);
        var shapes = sizes with { Images = [TinyPipeline.Picture(64, 64), TinyPipeline.Picture(640, 320)] };
        Assert.Contains("one of 640 × 320 gives 44 × 20", Assert.Throws<InvalidRequestException>(() => pipeline.Generate(shapes)).Message);
        Assert.Equal(2, pipeline.Generate(shapes with { Width = 16, Height = 16 }).Images.Count);
    }

    private static ImageToImageRequest Of(RgbImage picture) => new() { Prompts = ["a dog"], Images = [picture], Steps = 2 };

    private static (int Width, int Height) SizeOf(GenerationResult result) =>
        (result.Images[0].Picture.Width, result.Images[0].Picture.Height);
}
