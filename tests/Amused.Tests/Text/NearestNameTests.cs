using Amused.Text;
using Xunit;

namespace Amused.Tests.Text;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("steps", "setps", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("same", "same", 0)]
    public void Distance_counts_edits_and_swaps_of_neighbours(string first, string second, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(first, second));
        Assert.Equal(distance, NearestName.Distance(second, first));
    }

    [Fact]
    public void Nothing_is_suggested_when_nothing_is_near() => Assert.Null(NearestName.Find("--zebra", ["--steps", "--seed"]));

    [Fact]
    public void The_beginning_of_a_name_stands_for_it() =>
        Assert.Equal("--negative-prompt", NearestName.Find("--neg", ["--steps", "--negative-prompt"]));
}
