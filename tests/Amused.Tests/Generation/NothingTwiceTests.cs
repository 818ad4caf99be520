using Amused.Networks;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Tests.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests;

/// <summary>What is left out or shared changes no token: each way against the plain one, in float32.</summary>
public sealed class NothingTwiceTests : IDisposable
{
    private readonly DisposeScopeHolder scope = new();
    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    private LoadedModels Models => pipeline.Models;

    public void Dispose()
    {
        pipeline.Dispose();
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
        var ids = Enumerable.Range(0, 64).Select(place => place % 3 == 0 ? place : Models.Scheduler.MaskTokenId).ToArray();
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
        Models.Transformer.Hook = (name, part, inputs) =>
        {
            rows = name == "embed" ? inputs[0].shape[0] : rows;
            return part(inputs);
        };
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

    private PromptEncoder NewEncoder() =>
        new(Models.Tokenizer, Models.Words, new TorchTextTower(Models.TextEncoder, Models.ComputeType, Models.Device));

    private List<TokenGrid> Tokens(GenerationRequest request, List<int>? computed = null)
    {
        using var batch = pipeline.NewStepBatch();
        using var generation = batch.Join(request);
        while (!generation.Done)
        {
            var sizes = batch.Step();
            computed?.Add(sizes.Sum());
        }
        return [.. generation.Tokens];
    }

    /// <summary>The plain way: every position of both passes through the whole network, each image by itself.</summary>
    private List<TokenGrid> PlainTokens(GenerationRequest request)
    {
        TorchPictureCodec codec = new(Models.Vq, Models.VqComputeType, Models.Device);
        var prepared = PreparedRequest.Of(request, Models, NewEncoder(), codec, CancellationToken.None);
        var states = prepared.StartingStates(Models.Scheduler.MaskTokenId);
        Tensor Logits(TextState text, TokenGrid tokens) =>
            Models.Transformer.Forward(TokenTensors.ToTensor([tokens]), Models.Transformer.Prepare(
            tensor(text.Hidden).view(1, -1, Models.Transformer.Config.EncoderHiddenSize), tensor(text.Pooled).unsqueeze(0),
            tensor(prepared.MicroConditions.ToArray()).unsqueeze(0)));
        while (!states[0].Done)
        {
            foreach (var (image, state) in states.Index())
            {
                var (text, negative) = prepared.Prompts.Rows[prepared.Layout.RowOf(image)];
                var logits = Logits(prepared.Prompts.Texts[text], state.Tokens[0]);
                if (negative is { } row)
                    logits = Guided(Logits(prepared.Prompts.Texts[row], state.Tokens[0]), logits, prepared.Settings.GuidanceScale);
                MaskGitSampler.Step(state, WholeLogits.OfUnknown(state, logits));
            }
        }
        return [.. states.Select(state => state.Tokens[0])];
    }

    /// <summary>Guidance on logits, as its formula has it.</summary>
    private static Tensor Guided(Tensor unconditional, Tensor conditional, float scale) =>
        unconditional.to(ScalarType.Float32) + (conditional.to(ScalarType.Float32) - unconditional.to(ScalarType.Float32)) * scale;

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
