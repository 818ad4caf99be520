using Amused.Pipelines;
using Xunit;

namespace Amused.Tests.Pipelines;

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
        var request = new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Strength = strength, OnStep = _ => steps++ };
        Assert.DoesNotContain(pipeline.MaskTokenId, pipeline.Tokens(request).Single().Ids.ToArray());
        Assert.Equal(1, steps);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_strength_out_of_range_is_refused(double strength) => Assert.Throws<InvalidRequestException>(
        () => pipeline.Generate(new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Strength = strength }));

    [Fact]
    public void One_picture_serves_several_prompts()
    {
        var both = pipeline.Tokens(new ImageToImageRequest { Prompts = ["a dog", "a ball"], Images = [TinyPipeline.Picture(32, 32)], Seed = 1 });
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

    [Fact]
    public void A_picture_of_another_size_is_resized_down_and_that_is_said()
    {
        var result = pipeline.Generate(new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(37, 67)] });
        Assert.Equal((36, 64), (result.Images[0].Picture.Width, result.Images[0].Picture.Height));
        Assert.Equal("a picture of 37 × 67 is resized to 36 × 64: the model takes multiples of 4", Assert.Single(result.Notices));
    }

    [Fact]
    public void A_picture_smaller_than_a_token_is_refused() => Assert.Throws<InvalidRequestException>(
        () => pipeline.Generate(new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(3, 40)] }));
}
