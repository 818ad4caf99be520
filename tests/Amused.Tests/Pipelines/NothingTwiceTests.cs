using Amused.Pipelines;
using Amused.Runtime;
using Amused.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Pipelines;

/// <summary>What is left out or shared changes no token: each way against the plain one, in float32.</summary>
public sealed class NothingTwiceTests : IDisposable
{
    private readonly DisposeScopeHolder scope = new();
    private readonly LoadedModels models = LoadedModels.Load(TinyPipeline.Folder256, null, Precision.Float32, CPU);

    public void Dispose()
    {
        models.Dispose();
        scope.Dispose();
    }

    [Theory]
    [InlineData(10f)]
    [InlineData(3.5f)]
    [InlineData(1f)]
    [InlineData(0f)]
    public void A_head_on_unknown_positions_after_guidance_gives_the_tokens_of_a_whole_head_before_it(float guidanceScale)
    {
        var request = new TextToImageRequest("a dog", "a ball") { Seed = 5, GuidanceScale = guidanceScale };
        Assert.Equal(PlainTokens(request), Tokens(request));
    }

    [Fact]
    public void Known_starting_tokens_change_nothing_of_that()
    {
        var ids = Enumerable.Range(0, 64).Select(place => place % 3 == 0 ? place : models.Scheduler.MaskTokenId).ToArray();
        var request = new TextToImageRequest("a dog") { Seed = 5, StartingTokens = [new TokenGrid(8, 8, ids)] };
        Assert.Equal(PlainTokens(request), Tokens(request));
    }

    [Fact]
    public void Images_of_a_prompt_share_the_first_step_and_no_other()
    {
        var request = new TextToImageRequest("a dog", "a ball") { Seed = 5, ImagesPerPrompt = 3, Steps = 5 };
        List<int> computed = [];
        Assert.Equal(PlainTokens(request), Tokens(request, computed));
        Assert.Equal([2, 6, 6, 6, 6], computed);
    }

    [Theory]
    [InlineData(1f, 1)]
    [InlineData(1.5f, 2)]
    public void Without_guidance_there_is_no_second_pass(float guidanceScale, int passes)
    {
        var rows = 0L;
        models.Transformer.Observer = (name, activation) => rows = name == "embed" ? activation.shape[0] : rows;
        Tokens(new TextToImageRequest("a dog") { Seed = 5, Steps = 1, GuidanceScale = guidanceScale });
        Assert.Equal(passes, rows);
    }

    [Fact]
    public void A_prompt_goes_through_the_text_tower_once_however_often_it_is_asked_for()
    {
        var encoder = NewEncoder();
        var first = encoder.Encode(["a dog", "", "a dog"]);
        Assert.Equal(2, encoder.PromptsRead);
        var second = encoder.Encode(["", "a ball"]);
        Assert.Equal(3, encoder.PromptsRead);
        Assert.Equal(first.Hidden[1], second.Hidden[0]);
        encoder.Forget();
        Assert.Equal(first.Hidden[1], encoder.Encode([""]).Hidden[0]);
        Assert.Equal(4, encoder.PromptsRead);
    }

    [Fact]
    public void States_that_a_caller_overwrites_are_not_those_that_are_kept()
    {
        var encoder = NewEncoder();
        var mine = encoder.Encode(["a dog"]).Hidden[0];
        var before = mine.ToArray();
        mine.AsSpan().Clear();
        Assert.Equal(before, encoder.Encode(["a dog"]).Hidden[0]);
    }

    [Fact]
    public void Only_so_many_prompts_are_kept()
    {
        var encoder = NewEncoder();
        string[] prompts = [.. Enumerable.Range(0, 65).Select(number => $"prompt {number}")];
        encoder.Encode(prompts);
        encoder.Encode([prompts[^1]]);
        Assert.Equal(65, encoder.PromptsRead);
        encoder.Encode([prompts[0]]);
        Assert.Equal(66, encoder.PromptsRead);
    }

    private PromptEncoder NewEncoder() => new(models.Tokenizer, models.Words, models.TextEncoder, models.ComputeType, models.Device);

    private PreparedGeneration Prepare(GenerationRequest request) => new(models, NewEncoder(), new(models.Vq, models.VqComputeType, models.Device), request, CancellationToken.None);

    private List<TokenGrid> Tokens(GenerationRequest request, List<int>? computed = null)
    {
        using var generation = Prepare(request);
        var denoiser = new TokenDenoiser(models.Transformer, generation.Conditional, generation.Unconditional, generation.Rows, generation.GuidanceScale, models.Scheduler.MaskTokenId);
        while (!generation.Batch.Done)
        {
            generation.Batch.Step(denoiser.PredictLogits(generation.Batch.Tokens(), CancellationToken.None));
            computed?.Add(denoiser.ImagesComputed);
        }
        return [.. TokenTensors.ToGrids(generation.Batch.Tokens())];
    }

    /// <summary>The plain way: every position of both passes through the whole network, each image by itself.</summary>
    private List<TokenGrid> PlainTokens(GenerationRequest request)
    {
        using var generation = Prepare(request);
        Tensor Logits(ConditionInputs inputs, int image) =>
            models.Transformer.Forward(generation.Batch.TokensOf(image), Condition(inputs.Rows([generation.Rows[image]])));
        while (!generation.Batch.Done)
        {
            generation.Batch.Step([.. Enumerable.Range(0, generation.ImageCount).Select(image =>
            {
                var logits = Logits(generation.Conditional, image);
                if (generation.Unconditional is { } unconditional)
                    logits = Guided(Logits(unconditional, image), logits, generation.GuidanceScale);
                return logits.flatten(2).squeeze(0).t().index_select(0, MaskGitSampler.UnknownPlaces(generation.Batch.TokensOf(image), models.Scheduler.MaskTokenId));
            })]);
        }
        return [.. TokenTensors.ToGrids(generation.Batch.Tokens())];
    }

    /// <summary>Guidance on logits, as its formula has it.</summary>
    private static Tensor Guided(Tensor unconditional, Tensor conditional, float scale) =>
        unconditional.to(ScalarType.Float32) + (conditional.to(ScalarType.Float32) - unconditional.to(ScalarType.Float32)) * scale;

    private UVit.UVitCondition Condition(ConditionInputs inputs) => models.Transformer.Prepare(inputs.Hidden, inputs.Pooled, inputs.Micro);

    /// <summary>Inference, and a scope for all that a test makes.</summary>
    private sealed class DisposeScopeHolder : IDisposable
    {
        private readonly IDisposable inference = NoGradient(), scope = NewDisposeScope();

        public void Dispose()
        {
            scope.Dispose();
            inference.Dispose();
        }

        private static IDisposable NoGradient()
        {
            TorchRuntime.EnsureLoaded();
            return no_grad();
        }
    }
}
