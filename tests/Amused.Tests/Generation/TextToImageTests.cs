using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

public sealed class TextToImageTests : IDisposable
{
    private static readonly string[] TwoPrompts = ["a dog", "a red ball"];

    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    public void Dispose() => pipeline.Dispose();

    [Fact]
    public void An_image_with_a_generator_of_its_own_is_the_same_alone_as_in_a_batch()
    {
        var batch = pipeline.Tokens(new TextToImageRequest(TwoPrompts) { ImagesPerPrompt = 3, Seed = 7 });
        for (var image = 0; image < batch.Count; image++)
            Assert.Equal(batch[image], pipeline.Tokens(new TextToImageRequest(TwoPrompts[image / 3]) { Seed = 7 + image }).Single());
    }

    [Fact]
    public void Images_with_generators_of_their_own_are_grouped_by_prompt()
    {
        var images = pipeline.Generate(new TextToImageRequest(TwoPrompts) { ImagesPerPrompt = 2, Seed = 5, Output = OutputKind.Tokens }).Images;
        Assert.Equal([0, 0, 1, 1], images.Select(image => image.PromptIndex));
        Assert.Equal([5L, 6, 7, 8], images.Select(image => image.Seed));
    }

    [Fact]
    public void Images_of_a_shared_generator_stand_in_the_references_order()
    {
        var images = pipeline.Generate(new TextToImageRequest(TwoPrompts) { ImagesPerPrompt = 2, Seed = 5, Generator = GeneratorMode.Shared, Output = OutputKind.Tokens }).Images;
        Assert.Equal([0, 1, 0, 1], images.Select(image => image.PromptIndex));
        Assert.All(images, image => Assert.Equal(5, image.Seed));
    }

    [Fact]
    public void Seeds_may_be_given_one_by_one()
    {
        var batch = pipeline.Tokens(new TextToImageRequest("a dog") { ImagesPerPrompt = 2, Seeds = [40, 9] });
        Assert.Equal(pipeline.Tokens(new TextToImageRequest("a dog") { Seed = 9 }).Single(), batch[1]);
        Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest("a dog") { Seeds = [1, 2] }));
    }

    [Fact]
    public void A_seed_that_is_not_given_is_drawn_and_told()
    {
        var image = pipeline.Generate(new TextToImageRequest("a dog") { Output = OutputKind.Tokens }).Images.Single();
        Assert.Equal(image.Tokens, pipeline.Tokens(new TextToImageRequest("a dog") { Seed = image.Seed }).Single());
    }

    [Fact]
    public void One_negative_prompt_serves_several_prompts()
    {
        var one = pipeline.Tokens(new TextToImageRequest(TwoPrompts) { NegativePrompts = ["ugly"], Seed = 1 });
        var two = pipeline.Tokens(new TextToImageRequest(TwoPrompts) { NegativePrompts = ["ugly", "ugly"], Seed = 1 });
        Assert.Equal(two, one);
    }

    [Fact]
    public void Lists_that_do_not_go_together_are_refused_with_their_lengths()
    {
        var error = Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest("a", "b", "c") { NegativePrompts = ["x", "y"] }));
        Assert.Equal("2 negative prompts do not go with 3 prompts: give 3, or one for all", error.Message);
    }

    [Fact]
    public void Prompt_embeddings_without_negative_ones_are_guided_by_the_empty_prompt()
    {
        var expected = pipeline.Tokens(new TextToImageRequest("a dog") { Seed = 3 });
        var embedded = new TextToImageRequest { PromptEmbeddings = pipeline.EncodePrompts("a dog"), Seed = 3 };
        Assert.Equal(expected, pipeline.Tokens(embedded));
        Assert.Equal(expected, pipeline.Tokens(embedded with { NegativePromptEmbeddings = pipeline.EncodePrompts("") }));
    }

    [Fact]
    public void Prompt_embeddings_of_another_model_are_refused()
    {
        using var other = TinyPipeline.Load512();
        var error = Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest { PromptEmbeddings = other.EncodePrompts("a dog") }));
        Assert.Contains("32 pooled numbers", error.Message);
    }

    [Fact]
    public void Starting_tokens_that_are_known_stay_and_the_others_are_filled_in()
    {
        var ids = Enumerable.Range(0, 64).Select(position => position % 3 == 0 ? pipeline.MaskTokenId : position).ToArray();
        var result = pipeline.Tokens(new TextToImageRequest("a dog") { StartingTokens = [new(8, 8, ids)], Seed = 2 }).Single();
        for (var position = 0; position < ids.Length; position++)
        {
            if (position % 3 != 0)
                Assert.Equal(ids[position], result.Ids[position]);
            Assert.NotEqual(pipeline.MaskTokenId, result.Ids[position]);
        }
    }

    [Theory]
    [InlineData(30, null, "width 30 is not a multiple of 4: the nearest are 28 and 32")]
    [InlineData(null, 3, "height 3 is not a multiple of 4: the nearest is 4")]
    [InlineData(-8, null, "width: -8 is not a whole number from 1 to 65536")]
    public void A_size_that_the_model_cannot_make_is_refused_with_the_nearest_ones(int? width, int? height, string message)
    {
        var error = Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest("a dog") { Width = width, Height = height }));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Down_sampling_doubles_the_multiple_of_the_sizes()
    {
        using var downsampling = TinyPipeline.Load512();
        Assert.Equal(16, downsampling.SizeMultiple);
        Assert.Throws<InvalidRequestException>(() => downsampling.Generate(new TextToImageRequest("a dog") { Width = 72 }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void A_number_of_steps_out_of_range_is_refused(int steps) =>
        Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest("a dog") { Steps = steps }));

    [Fact]
    public void Asking_for_tokens_alone_leaves_no_trace_on_later_pictures()
    {
        var request = new TextToImageRequest("a dog") { Seed = 4 };
        var before = pipeline.Generate(request).Images[0].Picture;
        pipeline.Tokens(request);
        Assert.Equal(before.Pixels, pipeline.Generate(request).Images[0].Picture.Pixels);
    }

    [Fact]
    public void Each_step_tells_tokens_and_what_is_still_masked()
    {
        List<StepProgress> steps = [];
        var final = pipeline.Tokens(new TextToImageRequest("a dog") { Seed = 1, Steps = 5, OnStep = steps.Add }).Single();
        Assert.Equal([1, 2, 3, 4, 5], steps.Select(step => step.StepsDone));
        Assert.All(steps, step => Assert.Equal(5, step.StepCount));
        var masked = steps.Select(step => step.Images.Single().Masked.Count(isMasked => isMasked)).ToList();
        Assert.Equal(masked.OrderDescending(), masked);
        Assert.Equal(0, masked[^1]);
        Assert.Equal(final, steps[^1].Images.Single().Tokens);
        Assert.All(steps, step => Assert.DoesNotContain(pipeline.MaskTokenId, step.Images.Single().Predicted.Ids.ToArray()));
    }

    [Fact]
    public void Cancelling_ends_the_call_within_a_step()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var request = new TextToImageRequest("a dog") { Steps = 100, OnStep = _ => { steps++; cancellation.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => pipeline.Generate(request, cancellation.Token));
        Assert.Equal(1, steps);
    }

    [Fact]
    public void A_prompt_that_is_too_long_is_cut_and_the_loss_is_quoted()
    {
        var result = pipeline.Generate(new TextToImageRequest(string.Join(' ', Enumerable.Repeat("horse", 10_000)) + " sunset") { Output = OutputKind.Tokens, Steps = 1 });
        Assert.Contains("horse", Assert.Single(result.Notices));
    }

    [Fact]
    public void Decoding_tokens_gives_the_pictures_pixels()
    {
        var image = pipeline.Generate(new TextToImageRequest("a dog") { Seed = 4 }).Images[0];
        Assert.Equal(image.Picture.Pixels, pipeline.Decode(image.Tokens).Pixels);
    }
}
