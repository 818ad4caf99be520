using Amused.Layers;
using Amused.Runtime;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Layers;

public sealed class DoublingConv2dTests
{
    public DoublingConv2dTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.02)]
    public void Without_gradients_it_gives_what_the_convolution_of_the_doubled_picture_gives(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = new();
        using RandomSource random = new(1);
        DoublingConv2d layer = new(new ParameterBuilder(random, parameters), 24);
        using Generator generator = new(2);
        var (weight, bias) = (Parameter("weight"), Parameter("bias").copy_(randn(24, generator: generator)));
        var x = randn([2, 24, 43, 50], generator: generator).to(type);
        var doubled = nn.functional.interpolate(x.to(ScalarType.Float64), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        var expected = nn.functional.conv2d(doubled, weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), [1, 1], [1, 1]);

        // Memory that was never written shows up in some runs only.
        foreach (var ordered in Enumerable.Range(0, 30).Select(run => run % 2 == 0 ? x : ChannelsLast.Of(x)))
        {
            var y = layer.Forward(ordered);
            Assert.Equal(type, y.dtype);
            Assert.True(ChannelsLast.Is(y));
            Assert.InRange((y.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0, tolerance);
        }

        Tensor Parameter(string name) => parameters.Single(entry => entry.Key == name).Value;
    }

    [Fact]
    public void Small_and_large_pictures_are_doubled_alike()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = new();
        using RandomSource random = new(1);
        DoublingConv2d layer = new(new ParameterBuilder(random, parameters), 16);
        using Generator generator = new(2);
        var x = randn([1, 16, 48, 48], generator: generator);
        var (large, small) = (layer.Forward(x), layer.Forward(x.narrow(2, 0, 6)));
        Assert.True(large.narrow(2, 0, 10).allclose(small.narrow(2, 0, 10), 1e-4, 1e-5));
    }

    [Fact]
    public void With_gradients_it_gives_the_same_and_weights_learn()
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = new();
        using RandomSource random = new(1);
        DoublingConv2d layer = new(new ParameterBuilder(random, parameters), 16);
        using Generator generator = new(2);
        var x = randn([1, 16, 48, 48], generator: generator);
        var plain = layer.Forward(x);
        var weight = parameters.Single(entry => entry.Key == "weight").Value.requires_grad_();
        var learnt = layer.Forward(x);
        learnt.square().sum().backward();
        Assert.True(learnt.allclose(plain, 1e-4, 1e-5));
        Assert.True(weight.grad!.abs().max().item<float>() > 0);
    }
}
