using Amused.Images.Plots;
using Xunit;

namespace Amused.Tests.Images.Plots;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0, 10, 5, "0 2 4 6 8 10")]
    [InlineData(1, 20_000, 8, "5,000 10,000 15,000 20,000")]
    [InlineData(2.93, 3.41, 5, "3.0 3.1 3.2 3.3 3.4")]
    [InlineData(-0.1, 0.1, 4, "-0.10 -0.05 0.00 0.05 0.10")]
    [InlineData(0, 1e-4, 4, "0 5e-5 1e-4")]
    public void Ticks_are_round_numbers_with_the_digits_that_they_need(double low, double high, int most, string labels) =>
        Assert.Equal(labels, string.Join(' ', Axis.Labels(new Axis(low, high).Ticks(most))));

    [Fact]
    public void A_range_around_one_number_or_none_has_a_length()
    {
        Assert.True(Axis.Around([5]) is { Low: < 5, High: > 5 });
        Assert.True(Axis.Around([0]) is { Low: < 0, High: > 0 });
        Assert.True(Axis.Around([double.NaN]) is { Low: < 0, High: > 0 });
    }
}
