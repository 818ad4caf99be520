using System.Diagnostics;
using Amused.Cli;
using Amused.Cli.Tests.Docs;
using PictureBook.Commands;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Commands;

public sealed class ToolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> DocumentedLines
    {
        get
        {
            var found = new TheoryData<string, string>();
            foreach (var call in DocumentedCall.Of(Tool.Name))
                found.Add(call.Document, call.Line);
            return found;
        }
    }

    /// <summary>Command lines in which INPUT is a file to read.</summary>
    public static TheoryData<string> LinesWithInput =>
        ["make-dataset out --drawings INPUT --count 2", "train-reader out --drawings INPUT", "evaluate --reader INPUT --from data", "evaluate --reader INPUT --drawings data"];

    [Theory]
    [MemberData(nameof(DocumentedLines))]
    public void A_command_line_of_the_documentation_parses(string document, string line)
    {
        using var host = new Host(() => TextReader.Null, TextWriter.Null, TextWriter.Null);
        var error = Record.Exception(() => Tool.Parse(DocumentedCall.ShellWords(line), host));
        Assert.True(error is null, $"{document}: {Tool.Name} {line}: {error?.Message}");
    }

    [Fact]
    public void Help_lists_the_commands_and_the_help_of_a_command_its_options()
    {
        var help = ToolRun.Output("--help");
        Assert.All(["make-dataset", "train-reader", "evaluate"], command => Assert.Contains($"  {command} ", help));
        Assert.Equal(help, ToolRun.Output());
        Assert.All(["--reader", "--steps", "--json"], option => Assert.Contains(option, ToolRun.Output("evaluate", "--help")));
    }

    [Theory]
    [InlineData("make-dataset", "out", "--drawing", "x")]
    [InlineData("evaluate", "--reader", "x", "more")]
    [InlineData("evaluate", "--reader")]
    [InlineData("draw")]
    public void What_is_unknown_or_lacks_its_value_is_named_in_a_line(params string[] args) => ToolRun.Of(args).AssertFails(2, args[^1].Length > 1 ? args[^1] : args[^2]);

    [Theory]
    [MemberData(nameof(LinesWithInput))]
    public void A_pipe_that_nobody_writes_to_is_not_waited_for(string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        Process.Start("mkfifo", [folder["pipe.png"]])!.WaitForExit();
        AssertNamed(words, folder["pipe.png"]);
    }

    [Theory]
    [MemberData(nameof(LinesWithInput))]
    public void A_device_that_never_ends_is_not_read(string words)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "only Unix has devices among its files");
        AssertNamed(words, "/dev/zero");
    }

    [Theory]
    [MemberData(nameof(LinesWithInput))]
    public void What_is_not_there_is_named(string words) => AssertNamed(words, folder["missing.png"]);

    private void AssertNamed(string words, string input)
    {
        var before = folder.Names;
        string[] args = [.. words.Split(' ').Select(word => word switch { "INPUT" => input, "data" or "out" => folder[word], _ => word })];
        var line = ToolRun.Of(args).AssertFails(1, Path.GetFileName(input));
        Assert.DoesNotContain("internal error", line);
        Assert.Equal(before, folder.Names);
    }
}
