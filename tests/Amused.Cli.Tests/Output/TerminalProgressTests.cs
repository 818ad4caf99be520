using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Output;

public sealed class TerminalProgressTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("1", false)]
    public void People_see_a_bar_on_standard_error_and_colours_unless_they_refuse_them(string? noColor, bool hasColours)
    {
        var (output, error) = Generate(noColor);
        Assert.Equal($"{folder["out.png"]} (seed 1)\n", output);
        Assert.Contains("[red] fox", error);
        Assert.Contains("%", error);
        Assert.Equal(hasColours, error.Contains("\u001b[3", StringComparison.Ordinal)
            || error.Contains("\u001b[9", StringComparison.Ordinal));
    }

    [Fact]
    public void The_cursor_comes_back() => Assert.EndsWith("\u001b[?25h", Generate(noColor: null).Error);

    private (string Output, string Error) Generate(string? noColor)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var host =
            new Host(() => TextReader.Null, output, error) { ShowsProgress = true, Variable = name => name == "NO_COLOR" ? noColor : null };
        // Square brackets mean colours to the library that draws the bar.
        string[] args = ["generate", "[red] fox", "--steps", "3", "--seed", "1", "--model", TinyModel.Path, "--output", folder["out.png"]];
        Assert.Equal(0, CommandLine.Run(args, host));
        return (output.ToString(), error.ToString());
    }
}
