using Amused.Networks.Kernels;
using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Kernels;

public sealed class ChannelsLastNormTests
{
    private const double Eps = 1e-6;

    public ChannelsLastNormTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(8, 4, false)]
    [InlineData(8, 4, true)]
    [InlineData(48, 3, true)]
    [InlineData(16, 16, true)]
    public void Values_and_all_gradients_are_those_of_libtorchs_own_norm(int channels, int groups, bool silu)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var x = ChannelsLast.Of(randn([3, channels, 5, 7], generator: generator) * 2 + 3);
        Tensor weight = randn(channels, generator: generator), bias = randn(channels, generator: generator),
        gradient = randn(x.shape, generator: generator);

        var expected =
            Run(x, weight, bias, gradient, (x, weight, bias) => Own(nn.functional.group_norm(x, groups, weight, bias, Eps), silu));
        var actual = Run(x, weight, bias, gradient, (x, weight, bias) => ChannelsLastNorm.Of(x, weight, bias, groups, Eps, silu));
        foreach (var (one, other) in expected.Zip(actual))
            Assert.True((one - other).abs().max().item<float>() < 1e-4 * Math.Max(1, one.abs().max().item<float>()));
    }

    [Fact]
    public void It_is_for_float32_in_channels_last_order_where_gradients_are_recorded()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (ChannelsLast.Of(ones(2, 16, 4, 4)), ones(16));
        Assert.True(ChannelsLastNorm.Fits(x.requires_grad_(), weight));
        Assert.False(ChannelsLastNorm.Fits(x.detach(), weight));
        Assert.False(ChannelsLastNorm.Fits(x.detach().contiguous().requires_grad_(), weight));
        Assert.False(ChannelsLastNorm.Fits(x.detach().to(ScalarType.BFloat16).requires_grad_(), weight.to(ScalarType.BFloat16)));
        Assert.False(ChannelsLastNorm.Fits(ChannelsLast.Of(ones(2, 12, 4, 4)).requires_grad_(), ones(12)));
        using var noGrad = no_grad();
        Assert.False(ChannelsLastNorm.Fits(x, weight));
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(2);
        var x = ChannelsLast.Of(randn([5, 16, 8, 8], generator: generator));
        Tensor weight = randn(16, generator: generator), bias = randn(16, generator: generator),
        gradient = randn(x.shape, generator: generator);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Run(x, weight, bias, gradient, (x, weight, bias) => ChannelsLastNorm.Of(x, weight, bias, 4, Eps, silu: true));
            set_num_threads(4);
            var four = Run(x, weight, bias, gradient, (x, weight, bias) => ChannelsLastNorm.Of(x, weight, bias, 4, Eps, silu: true));
            Assert.All(one.Zip(four), pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static Tensor[] Run(Tensor x, Tensor weight, Tensor bias, Tensor gradient, Func<Tensor, Tensor, Tensor, Tensor> norm)
    {
        Tensor[] inputs = [x.detach().requires_grad_(), weight.detach().requires_grad_(), bias.detach().requires_grad_()];
        var y = norm(inputs[0], inputs[1], inputs[2]);
        y.backward([gradient]);
        Tensor[] results = [y.detach(), .. inputs.Select(input => input.grad!.clone())];
        foreach (var input in inputs)
            input.grad = null;
        return results;
    }

    private static Tensor Own(Tensor x, bool silu) => silu ? nn.functional.silu(x) : x;
}
