using Amused.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

public sealed class RandomSourceTests
{
    [Fact]
    public void The_same_seed_gives_the_same_parameters_and_another_seed_others()
    {
        using Tensor once = Draw(5), again = Draw(5), other = Draw(6);
        Assert.True(once.equal(again).all().ToBoolean());
        Assert.False(once.equal(other).all().ToBoolean());
    }

    [Fact]
    public void Another_precision_gives_the_same_numbers_rounded()
    {
        using Tensor single = Draw(5), half = Draw(5, ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        Assert.True(single.to(ScalarType.BFloat16).equal(half).all().ToBoolean());
    }

    [Fact]
    public void Each_start_has_its_distribution()
    {
        using RandomSource source = new(1);
        using Tensor normal = source.Take("n", [300, 300], ParameterInit.Normal),
        fanIn = source.Take("f", [300, 25, 2, 2], ParameterInit.FanIn);
        using Tensor ones = source.Take("o", [7], ParameterInit.Ones), zeros = source.Take("z", [7], ParameterInit.Zeros);

        Assert.InRange(normal.mean().ToSingle(), -0.0005, 0.0005);
        Assert.InRange(normal.std().ToSingle(), 0.0195, 0.0205);
        Assert.InRange(fanIn.abs().max().ToSingle(), 0.099, 0.1); // 1/√(25·2·2)
        Assert.InRange(fanIn.mean().ToSingle(), -0.002, 0.002);
        Assert.Equal((7f, 0f), (ones.sum().ToSingle(), zeros.sum().ToSingle()));
    }

    [Fact]
    public void A_parameter_outlives_the_scope_and_is_no_part_of_a_graph()
    {
        using RandomSource source = new(1);
        Tensor taken;
        using (NewDisposeScope())
            taken = source.Take("s", [], ParameterInit.Normal);
        using (taken)
        {
            Assert.False(taken.requires_grad);
            Assert.NotEqual(0, taken.ToSingle());
        }
    }

    [Fact]
    public void Taking_a_name_twice_is_a_fault_of_the_network()
    {
        using RandomSource source = new(1);
        source.Take("a", [1], ParameterInit.Ones).Dispose();
        Assert.Throws<InvalidOperationException>(() => source.Take("a", [1], ParameterInit.Ones));
    }

    // Larger than one piece, so that its seams are part of the comparison.
    private static Tensor Draw(long seed, ScalarType precision = ScalarType.Float32)
    {
        using RandomSource source = new(seed, precision);
        return source.Take("w", [5000, 1001], ParameterInit.Normal);
    }
}
