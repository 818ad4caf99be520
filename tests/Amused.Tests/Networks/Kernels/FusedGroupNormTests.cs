using Amused.Networks.Kernels;
using Amused.Runtime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Kernels;

public sealed class FusedGroupNormTests : IDisposable
{
    private const double Eps = 1e-6;
    private readonly DisposeScope scope = Prepare();

    /// <summary>
    /// Blocks of places that come out even and that don't, one and several samples, groups of one and of several channels.
    /// </summary>
    public static TheoryData<LaneWidthName, int, int, int, int> Shapes =>
    [
        .. from lanes in Enum.GetValues<LaneWidthName>()
           from shape in new[] { (1, 64, 32, 8), (2, 48, 4, 5), (3, 32, 32, 3), (1, 16, 1, 1) }
           select (lanes, shape.Item1, shape.Item2, shape.Item3, shape.Item4)
    ];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_is_the_norm_and_SiLU_of_float64_rounded_once(LaneWidthName lanes, int samples, int channels, int groups, int side)
    {
        Assert.SkipUnless((LaneWidth)lanes <= RowKernels.Widest, $"this processor has no registers for {lanes}");
        var (x, weight, bias) = (Numbers(samples, channels, side), randn(channels), randn(channels));
        foreach (var silu in new[] { false, true })
        {
            var expected = Expected(x, groups, weight, bias, silu);
            var y = FusedGroupNorm.Of(x, weight, bias, groups, Eps, silu, overwrite: false, (LaneWidth)lanes);
            Assert.True(ChannelsLast.Is(y));
            AssertClose(expected, y);
        }
    }

    [Fact]
    public void Numbers_far_off_zero_lose_nothing()
    {
        var (x, weight, bias) = (Numbers(1, 32, 64) + 100, ones(32), zeros(32));
        AssertClose(Expected(x, 8, weight, bias, silu: false), FusedGroupNorm.Of(x, weight, bias, 8, Eps, silu: false, overwrite: false));
    }

    [Fact]
    public void Large_activations_give_numbers()
    {
        var x = Numbers(1, 32, 16) * 1e15;
        var y = FusedGroupNorm.Of(x, randn(32) * 1000, randn(32) * 1000, 8, Eps, silu: true, overwrite: false);
        Assert.True(y.isfinite().all().item<bool>());
    }

    [Fact]
    public void The_result_may_stand_in_the_activation_s_place()
    {
        var (x, weight, bias) = (Numbers(2, 32, 9), randn(32), randn(32));
        var expected = FusedGroupNorm.Of(x, weight, bias, 8, Eps, silu: true, overwrite: false);
        var y = FusedGroupNorm.Of(x, weight, bias, 8, Eps, silu: true, overwrite: true);
        Assert.True(expected.Equals(y));
        Assert.True(expected.Equals(x));
    }

    [Fact]
    public void Other_orders_types_and_recorded_gradients_are_left_to_libtorch()
    {
        var x = Numbers(1, 32, 4);
        var weight = ones(32);
        Assert.True(FusedGroupNorm.Fits(x, weight));
        Assert.False(FusedGroupNorm.Fits(x.contiguous(), weight));
        Assert.False(FusedGroupNorm.Fits(x.to(ScalarType.Float32), weight));
        Assert.False(FusedGroupNorm.Fits(Numbers(1, 24, 4), ones(24)));
        Assert.False(FusedGroupNorm.Fits(x, weight.clone().requires_grad_()));
    }

    private static DisposeScope Prepare()
    {
        TorchRuntime.EnsureLoaded();
        var scope = NewDisposeScope();
        random.manual_seed(1);
        return scope;
    }

    /// <summary>(samples, channels, side, side) bfloat16 in channels-last order.</summary>
    private static Tensor Numbers(int samples, int channels, int side) =>
        ChannelsLast.Of(randn(samples, channels, side, side).to(ScalarType.BFloat16));

    private static Tensor Expected(Tensor x, int groups, Tensor weight, Tensor bias, bool silu)
    {
        var y = nn.functional.group_norm(x.to(ScalarType.Float64), groups, weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), Eps);
        return silu ? nn.functional.silu(y) : y;
    }

    /// <summary>Within one rounding to 8 bits.</summary>
    private static void AssertClose(Tensor expected, Tensor result) =>
        Assert.InRange(((result.to(ScalarType.Float64) - expected).abs() - expected.abs() / 256).max().item<double>(), double.MinValue,
            1e-3);
}
