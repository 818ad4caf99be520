namespace Amused.Cli.Tests.Support;

/// <summary>A command line run inside this process.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static CliRun Of(params IReadOnlyList<string> args) => WithInput("", args);

    public static CliRun WithInput(string input, params IReadOnlyList<string> args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var host = new Host(() => new StringReader(input), output, error) { Variable = _ => null };
        return new(CommandLine.Run(args, host), output.ToString(), error.ToString());
    }

    /// <summary>The same, with the demand that it succeeds and complains of nothing.</summary>
    public static string Output(params IReadOnlyList<string> args) => Of(args).AssertSucceeds();

    /// <summary>Demands that it ended well; returns what it wrote to standard output.</summary>
    public string AssertSucceeds()
    {
        Xunit.Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Out}");
        return Out;
    }

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Demands an exit code, and one line on standard error that holds all of some words; returns the line.</summary>
    public string AssertFails(int exitCode, params string[] words) => AssertFailsAs("amused", exitCode, words);

    /// <summary>The same of another program than the tool.</summary>
    public string AssertFailsAs(string program, int exitCode, params string[] words)
    {
        Xunit.Assert.Equal(exitCode, ExitCode);
        var line = Xunit.Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Xunit.Assert.StartsWith($"{program}: ", line);
        foreach (var word in words)
            Xunit.Assert.Contains(word, line);
        Xunit.Assert.DoesNotContain("   at ", line);
        return line;
    }
}
