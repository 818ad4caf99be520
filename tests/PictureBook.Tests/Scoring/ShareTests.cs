using PictureBook.Scoring;
using Xunit;

namespace PictureBook.Tests.Scoring;

public sealed class ShareTests
{
    /// <summary>Figures of the method's usual tables.</summary>
    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(475, 500, 0.9273, 0.9659)]
    public void The_interval_is_Wilsons(int right, int of, double low, double high)
    {
        var interval = new Share(right, of).Interval;
        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
    }

    [Fact]
    public void Of_nothing_nothing_is_known()
    {
        Assert.Equal((0, 1), new Share().Interval);
        Assert.True(double.IsNaN(new Share().Value));
    }

    [Fact]
    public void Shares_add_up() => Assert.Equal(new Share(4, 7), new Share(3, 5).With(true).With(false) + new Share());
}
