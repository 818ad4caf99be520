using Amused.Networks.Layers;
using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Fast;

public sealed class FusedStackTests
{
    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Int8)]
    public void Each_stack_gives_what_its_blocks_give_one_by_one(Precision precision)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var models = LoadedModels.Load(TinyPipeline.Folder256, null, precision, CPU);
        foreach (var _ in WithAndWithoutAdapter(models))
        {
            foreach (var (plain, fused) in ByBothWays(models))
                Assert.InRange(nn.functional.cosine_similarity(plain, fused, 0).item<float>(), 0.998, 1.0001);
        }
    }

    [Fact]
    public void A_LoRA_that_comes_is_seen_and_one_that_goes_leaves_nothing()
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var models = LoadedModels.Load(TinyPipeline.Folder256, null, Precision.Int8, CPU);
        var answers = WithAndWithoutAdapter(models)
            .Select(_ => ByBothWays(models).Select(pair => pair.Fused.data<float>().ToArray()).ToList()).ToList();
        Assert.NotEqual(answers[0][1], answers[1][1]);
        Assert.Equal(answers[0], answers[2]);
    }

    /// <summary>Without, with and again without an adapter on a layer of the transformer.</summary>
    private static IEnumerable<bool> WithAndWithoutAdapter(LoadedModels models)
    {
        yield return false;
        var linear = models.Parameters[Component.Transformer].Layers<Linear>()
            .Single(layer => layer.Key == "transformer_layers.0.attn1.to_q").Value;
        manual_seed(5);
        LowRankAdapter adapter = new(randn(4, linear.Inputs), randn(linear.Outputs, 4), 0.5);
        linear.Add(adapter);
        yield return true;
        linear.Remove(adapter);
        yield return false;
    }

    private static IEnumerable<(Tensor Plain, Tensor Fused)> ByBothWays(LoadedModels models)
    {
        manual_seed(3);
        var config = models.Transformer.Config;
        var condition = models.Transformer.Prepare(
            randn([2, 7, config.EncoderHiddenSize], ScalarType.BFloat16), randn([2, config.CondEmbedDim], ScalarType.BFloat16), ones(2, 5));
        var rest = condition;
        foreach (var (index, stack) in models.Transformer.Stacks.Index())
        {
            var x = randn(index == 1 ? [2, 16, config.HiddenSize] : [2, 4, 4, config.BlockOutChannels], ScalarType.BFloat16);
            Assert.True(stack.Fast!.Fits(x));
            ReadOnlySpan<Tensor> forPlain = rest, forFused = rest;
            var plain = stack.Forward(x, ref forPlain, (_, part, inputs) => part(inputs));
            var fused = stack.Forward(x, ref forFused, hook: null);
            Assert.Equal(forPlain.Length, forFused.Length);
            rest = [.. forFused];
            yield return (plain.flatten().to(ScalarType.Float32), fused.flatten().to(ScalarType.Float32));
        }
        Assert.Empty(rest);
    }
}
