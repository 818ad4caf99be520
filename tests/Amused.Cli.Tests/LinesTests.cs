using Xunit;

namespace Amused.Cli.Tests;

public class LinesTests
{
    [Theory]
    [InlineData(0.4, "0:00")]
    [InlineData(125, "2:05")]
    [InlineData(3725, "1:02:05")]
    [InlineData(273_905, "3 d 04:05:05")]
    public void Durations_show_hours_and_days_only_where_there_are_any(double seconds, string expected) =>
        Assert.Equal(expected, Lines.Duration(TimeSpan.FromSeconds(seconds)));
}
