using Amused.Cli.Bench;
using Xunit;

namespace Amused.Cli.Tests.Bench;

public sealed class FigureTests
{
    [Fact]
    public void The_median_of_an_even_number_lies_between_the_middle_two()
    {
        Assert.Equal(new(2, 1, 9, 3), Figure.Of(9, 1, 2));
        Assert.Equal(new(2.5, 1, 9, 4), Figure.Of(9, 1, 2, 3));
        Assert.Equal(new(7, 7, 7, 1), Figure.Of(7));
    }

    [Fact]
    public void Of_nothing_there_is_no_figure() => Assert.Throws<ArgumentException>(() => Figure.Of());

    [Fact]
    public void What_others_tell_is_shown_with_the_digits_that_they_told()
    {
        Assert.Equal("8", SecondsText.WithSpread(Figure.Known(8)));
        Assert.Equal("0.39", SecondsText.WithSpread(Figure.Known(0.39)));
        Assert.Equal("8.00", SecondsText.WithSpread(Figure.Of(8)));
        Assert.Equal("0.50 (0.40–12.0)", SecondsText.WithSpread(Figure.Of(0.4, 0.5, 12)));
        Assert.Equal("0.012", SecondsText.Of(0.0123));
    }
}
