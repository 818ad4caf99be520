using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

/// <summary>Whatever a request holds, the answer is a picture or one line that says what is wrong.</summary>
public sealed class UnusableRequestTests : IDisposable
{
    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    public void Dispose() => pipeline.Dispose();

    public static TheoryData<string, Func<TextToImageRequest, GenerationRequest>> Unusable => new()
    {
        { "prompts: the list is null", request => request with { Prompts = null! } },
        { "prompts: one of them is null", request => request with { Prompts = ["a", null!] } },
        { "a prompt is needed (an empty one is possible)", request => request with { Prompts = [] } },
        { "negative prompts: the list is null", request => request with { NegativePrompts = null! } },
        { "starting tokens: one of them is null", request => request with { StartingTokens = [null!] } },
        { "pictures: the list is null", request => new ImageToImageRequest { Prompts = request.Prompts, Images = null! } },
        { "a picture is needed", request => new ImageToImageRequest { Prompts = request.Prompts, Images = [] } },
        { "masks: one of them is null", request => new InpaintRequest { Prompts = request.Prompts, Images = [TinyPipeline.Picture(32, 32)], Masks = [null!] } },
        { "a mask is needed", request => new InpaintRequest { Prompts = request.Prompts, Images = [TinyPipeline.Picture(32, 32)], Masks = [] } },
        { "images per prompt: 0 is not a whole number from 1 to 1024", request => request with { ImagesPerPrompt = 0 } },
        { "images per prompt: 2147483647 is not a whole number from 1 to 1024", request => request with { ImagesPerPrompt = int.MaxValue } },
        { "2048 images are too many", request => request with { Prompts = ["a", "b"], ImagesPerPrompt = 1024 } },
        { "0 seeds for 1 images", request => request with { Seeds = [] } },
        { "width: 2147483647 is not a whole number from 1 to 65536", request => request with { Width = int.MaxValue } },
        { "tokens; at most", request => request with { Width = 65_536, Height = 65_536 } },
        { "width: -2147483648 is not a whole number", request => request with { Width = int.MinValue } },
        { "steps: 0 is not a whole number from 1 to 1000", request => request with { Steps = 0 } },
        { "guidance scale: NaN is not a number from -1000000 to 1000000", request => request with { GuidanceScale = float.NaN } },
        { "not finite", request => request with { Prompts = [], PromptEmbeddings = new([[.. Enumerable.Repeat(float.MaxValue, 32)]], [new float[77 * 32]], 77) } },
        { "aesthetic score: Infinity is not a number", request => request with { AestheticScore = float.PositiveInfinity } },
        { "temperature: NaN,0 is not a number from 0 to 1000000, or two", request => request with { Temperature = new(float.NaN, 0) } },
        { "temperature: 2,-1 is not a number", request => request with { Temperature = new(2, -1) } },
        { "crop: 0,-1 is not two whole numbers from 0 to 1000000", request => request with { CropCoordinates = (0, -1) } },
        { "generator: 7 is not one of per-image, shared", request => request with { Generator = (GeneratorMode)7 } },
        { "prompt embeddings: 0 pooled states", request => Embedded(new([], [], 77)) },
        { "prompt embeddings: 1 pooled states and 2 hidden", request => Embedded(new([[]], [[], []], 77)) },
        { "prompt embeddings: 1 pooled states and 1 hidden states of -1 positions", request => Embedded(new([[]], [[]], -1)) },
        { "prompt embeddings: one of them is null", request => Embedded(new([null!], [[]], 77)) },
        { "prompt embeddings: the list is null", request => Embedded(new([[]], null!, 77)) },
        { "pooled numbers and 77", request => Embedded(new([[1]], [[1]], 77)) },
        { "the prompt's states have 10 positions, the negative prompt's 77", request => Embedded(new([new float[32]], [new float[10 * 32]], 10)) },
        { "pooled numbers and 1073741824", request => Embedded(new([new float[32]], [[]], 1 << 30)) },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Unusable))]
    public void An_unusable_request_is_refused_and_the_pipeline_goes_on(string expected, Func<TextToImageRequest, GenerationRequest> make)
    {
        var usable = new TextToImageRequest("a dog") { Seed = 1, Steps = 2 };
        var error = Assert.ThrowsAny<AmusedException>(() => pipeline.Tokens(make(usable)));
        Assert.Contains(expected, error.Message);
        Assert.Single(pipeline.Tokens(usable));
    }

    [Fact]
    public void A_cancelled_request_is_not_prepared()
    {
        using var batch = pipeline.NewStepBatch();
        var request = new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)] };
        Assert.ThrowsAny<OperationCanceledException>(() => batch.Join(request, new(canceled: true)));
        Assert.Empty(batch.Members);
        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.EncodePrompts(["a dog"], new(canceled: true)));
    }

    [Fact]
    public void Prompt_embeddings_with_a_number_that_is_none_are_refused()
    {
        var states = pipeline.EncodePrompts("a dog");
        var broken = states with { Pooled = [[.. states.Pooled[0][1..], float.NaN]] };
        Assert.Contains("not finite", Assert.Throws<InvalidRequestException>(() => pipeline.Tokens(Embedded(broken))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    [InlineData("\u001b[31mred")]
    public void Any_text_is_a_prompt(string prompt) => Assert.Single(pipeline.Tokens(new TextToImageRequest(prompt) { NegativePrompts = [prompt], Steps = 1 }));

    [Fact]
    public void What_was_cut_is_quoted_without_control_characters()
    {
        var states = pipeline.EncodePrompts(string.Concat(Enumerable.Repeat("horse\u001b[31m\n", 200)));
        Assert.DoesNotContain(Assert.Single(states.Notices), char.IsControl);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Any_number_is_a_seed(long seed)
    {
        var request = new TextToImageRequest("a dog") { Seed = seed, ImagesPerPrompt = 2, Steps = 1 };
        Assert.Equal(pipeline.Tokens(request), pipeline.Tokens(request));
    }

    [Fact]
    public void A_grid_whose_size_overflows_is_no_grid() => Assert.Throws<ArgumentException>(() => new TokenGrid(1 << 16, 1 << 16, []));

    private static TextToImageRequest Embedded(PromptEmbeddings embeddings) => new() { PromptEmbeddings = embeddings, Steps = 2 };
}
