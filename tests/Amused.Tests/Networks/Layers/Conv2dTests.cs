using Amused.Networks.Kernels;
using Amused.Networks.Layers;
using Amused.Runtime;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Layers;

public sealed class Conv2dTests
{
    /// <summary>A memory that was never written shows up in some runs only.</summary>
    private const int Runs = 30;

    public Conv2dTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(ScalarType.Float32, 8, 8, 3, 1, 1)]
    [InlineData(ScalarType.Float32, 12, 20, 3, 1, 1)]
    [InlineData(ScalarType.Float32, 16, 3, 3, 1, 1)]
    [InlineData(ScalarType.Float32, 16, 8, 1, 1, 1)]
    [InlineData(ScalarType.Float32, 8, 8, 3, 2, 1)]
    [InlineData(ScalarType.BFloat16, 8, 8, 3, 1, 1)]
    [InlineData(ScalarType.BFloat16, 16, 3, 3, 1, 1)]
    [InlineData(ScalarType.BFloat16, 128, 3, 3, 1, 1)]
    [InlineData(ScalarType.BFloat16, 9, 9, 3, 1, 9)]
    public void Values_and_gradients_are_those_of_float64_in_every_run_and_order(ScalarType type, int inputs, int outputs, int kernel,
        int stride, int groups)
    {
        using var scope = NewDisposeScope();
        using ParameterSet parameters = new();
        using RandomSource random = new(1);
        Conv2d layer = new(new ParameterBuilder(random, parameters), inputs, outputs, kernel, stride, kernel / 2, groups);
        var weight = parameters.Single(entry => entry.Key == "weight").Value.requires_grad_();
        var bias = parameters.Single(entry => entry.Key == "bias").Value.requires_grad_();
        using Generator generator = new(2);
        var channelsFirst = randn([2, inputs, 16, 16], generator: generator).to(type);
        var expected = Results(channelsFirst.to(ScalarType.Float64), x => nn.functional.conv2d(
            x, weight.to(type).to(ScalarType.Float64), bias.to(type).to(ScalarType.Float64), [stride, stride], [kernel / 2, kernel / 2],
            [1, 1], groups));

        foreach (var x in new[] { channelsFirst, ChannelsLast.Of(channelsFirst) })
        {
            for (var run = 0; run < Runs; run++)
            {
                using var each = NewDisposeScope();
                DirtyMemory();
                foreach (var (one, other) in expected.Zip(Results(x, layer.Forward)))
                    Assert.True((one - other).abs().max().item<double>() < (type == ScalarType.Float32 ? 1e-5 : 0.02) * one.abs().max()
                        .item<double>());
            }
        }

        Tensor[] Results(Tensor start, Func<Tensor, Tensor> function)
        {
            (weight.grad, bias.grad) = (null, null);
            var x = start.detach().requires_grad_();
            var y = function(x);
            y.square().sum().backward();
            return [.. new[] { y.detach(), x.grad!, weight.grad!, bias.grad! }.Select(result => result.to(ScalarType.Float64))];
        }
    }

    /// <summary>Leaves memory behind, of sizes such as the layer's, that holds no numbers.</summary>
    private static void DirtyMemory()
    {
        for (var size = 1 << 10; size < 1 << 17; size *= 2)
            full([size], float.NaN).Dispose();
    }
}
