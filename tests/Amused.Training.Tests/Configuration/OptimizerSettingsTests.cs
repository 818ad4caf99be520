using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Configuration;

public sealed class OptimizerSettingsTests
{
    public OptimizerSettingsTests() => TorchRuntime.EnsureLoaded();

    /// <summary>Matrices that are updated as spans of memory, and those that libtorch updates.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(256)]
    public void Matrices_that_are_named_not_to_decay_do_not_with_Muon_either(int side)
    {
        using var scope = NewDisposeScope();
        Tensor named = ones(side, side).requires_grad_(), other = ones(side, side).requires_grad_();
        OptimizerSettings settings = new() { Kind = OptimizerKind.Muon, WeightDecay = 0.5, NoDecay = ["ffn"] };
        using var muon = settings.Create([new("ffn.wi_0.weight", named), new("attn1.to_q.weight", other)], ScalarType.Float32);
        named.grad = zeros(side, side);
        other.grad = zeros(side, side);
        muon.Step(0.1);
        Assert.Equal(1, named.min().item<float>());
        Assert.Equal(0.95, other.max().item<float>(), 1e-4);
    }
}
