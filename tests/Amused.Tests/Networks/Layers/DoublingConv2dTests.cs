using Amused.Networks.Kernels;
using Amused.Networks.Layers;
using Amused.Runtime;
using Amused.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Layers;

public sealed class DoublingConv2dTests : IDisposable
{
    private readonly ParameterSet parameters = new();
    private readonly DisposeScope scope;

    public DoublingConv2dTests()
    {
        TorchRuntime.EnsureLoaded();
        scope = NewDisposeScope();
    }

    public void Dispose()
    {
        scope.Dispose();
        parameters.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.02)]
    public void Without_gradients_it_gives_what_the_convolution_of_the_doubled_picture_gives(ScalarType type, double tolerance)
    {
        var (layer, weight, x) = Prepare(24, 43, 50);
        x = x.to(type);
        var bias = Parameter("bias");
        var doubled = nn.functional.interpolate(x.to(ScalarType.Float64), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        var expected = nn.functional.conv2d(doubled, weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), [1, 1], [1, 1]);

        // Memory that was never written shows up in some runs only.
        foreach (var ordered in Enumerable.Range(0, 30).Select(run => run % 2 == 0 ? x : ChannelsLast.Of(x)))
        {
            var y = layer.Forward(ordered);
            Assert.Equal(type, y.dtype);
            Assert.True(ChannelsLast.Is(y));
            Assert.InRange((y.to(ScalarType.Float64) - expected).abs().max().item<double>() / expected.abs().max().item<double>(), 0,
                tolerance);
        }
    }

    [Fact]
    public void Small_and_large_pictures_are_doubled_alike()
    {
        var (layer, _, x) = Prepare(16, 48, 48);
        var (large, small) = (layer.Forward(x), layer.Forward(x.narrow(2, 0, 6)));
        Assert.True(large.narrow(2, 0, 10).allclose(small.narrow(2, 0, 10), 1e-4, 1e-5));
    }

    [Fact]
    public void With_gradients_it_gives_the_same_and_weights_learn()
    {
        var (layer, weight, x) = Prepare(16, 48, 48);
        var plain = layer.Forward(x);
        weight.requires_grad_();
        var learnt = layer.Forward(x);
        learnt.square().sum().backward();
        Assert.True(learnt.allclose(plain, 1e-4, 1e-5));
        Assert.True(weight.grad!.abs().max().item<float>() > 0);
    }

    /// <summary>A layer, its weight, and two pictures of random numbers for it.</summary>
    private (DoublingConv2d Layer, Tensor Weight, Tensor X) Prepare(int channels, int height, int width)
    {
        using RandomSource random = new(1);
        DoublingConv2d layer = new(new ParameterBuilder(random, parameters), channels);
        using Generator generator = new(2);
        Parameter("bias").copy_(randn(channels, generator: generator));
        return (layer, Parameter("weight"), randn([2, channels, height, width], generator: generator));
    }

    private Tensor Parameter(string name) => parameters.Single(entry => entry.Key == name).Value;
}
