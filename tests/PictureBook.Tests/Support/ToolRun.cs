using Amused.Cli;
using PictureBook.Commands;
using Xunit;

namespace PictureBook.Tests.Support;

/// <summary>A command line of the tool, run inside this process.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    public static ToolRun Of(params IReadOnlyList<string> args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var host = new Host(() => TextReader.Null, output, error) { Program = Tool.Name, Variable = _ => null };
        return new(Tool.Run(args, host), output.ToString(), error.ToString());
    }

    /// <summary>The same, with the demand that it succeeds; returns what it wrote to standard output.</summary>
    public static string Output(params IReadOnlyList<string> args)
    {
        var run = Of(args);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Error}{run.Out}");
        return run.Out;
    }

    /// <summary>Demands an exit code, and one line on standard error that holds all of some words; returns the line.</summary>
    public string AssertFails(int exitCode, params string[] words)
    {
        Assert.Equal(exitCode, ExitCode);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{Tool.Name}: ", line);
        Assert.All(words, word => Assert.Contains(word, line));
        return line;
    }
}
