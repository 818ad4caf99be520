using Xunit;

namespace Amused.Training.Tests.Optimizers;

public sealed class BlockwiseCodeTests
{
    [Fact]
    public void A_zero_second_moment_gets_code_7_and_never_0()
    {
        var codes = new byte[2];
        Assert.Equal(5f, BlockwiseCode.Unsigned.Quantize([0f, 5f], codes));
        Assert.Equal([7, 255], codes);
    }

    [Fact]
    public void The_largest_number_comes_back_as_it_was()
    {
        var (codes, numbers) = (new byte[3], new float[3]);
        var largest = BlockwiseCode.Signed.Quantize([-1f, 1f, 3f], codes);
        BlockwiseCode.Signed.Dequantize(codes, largest, numbers);
        Assert.Equal(3f, numbers[2]);
        Assert.Equal(-numbers[1], numbers[0]);
        Assert.InRange(numbers[1], 0.98f, 1.02f);
    }

    [Fact]
    public void A_block_of_zeros_stays_zero()
    {
        var (codes, numbers) = (new byte[300], new float[300]);
        var largest = BlockwiseCode.Signed.Quantize(new float[300], codes);
        BlockwiseCode.Signed.Dequantize(codes, largest, numbers);
        Assert.Equal(0f, largest);
        Assert.All(numbers, number => Assert.Equal(0f, number));
    }

    [Fact]
    public void Values_of_the_code_that_the_grid_can_tell_apart_come_back_exactly()
    {
        var values = BlockwiseCode.Signed.Values.ToArray();
        var (codes, numbers) = (new byte[values.Length], new float[values.Length]);
        var largest = BlockwiseCode.Signed.Quantize([.. values], codes);
        BlockwiseCode.Signed.Dequantize(codes, largest, numbers);
        for (var i = 0; i < values.Length; i++)
            if (Math.Abs(values[i]) > 1e-3)
                Assert.Equal(values[i], numbers[i]);
    }
}
