using System.Diagnostics;

namespace Amused.Cli.Tests.Support;

/// <summary>The tool as a process of its own.</summary>
internal static class CliProcess
{
    /// <summary>The tool's own assembly, beside the tests.</summary>
    public static string Assembly { get; } = typeof(Host).Assembly.Location;

    public static Process Start(string assembly, params IReadOnlyList<string> args) => StartTuned(assembly, "", args);

    /// <summary>Starts the tool with a value for <c>AMUSED_TUNING</c>.</summary>
    private static Process StartTuned(string assembly, string tuning, IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("AMUSED_MODEL");
        start.Environment.Remove("AMUSED_DEBUG");
        start.Environment["AMUSED_TUNING"] = tuning;
        return Process.Start(start)!;
    }

    /// <summary>Runs the tool to its end with something on standard input.</summary>
    public static CliRun Run(string assembly, string input, params IReadOnlyList<string> args) => Finish(Start(assembly, args), input);

    /// <summary>Runs the tool to its end with a value for <c>AMUSED_TUNING</c>.</summary>
    public static CliRun RunTuned(string tuning, params IReadOnlyList<string> args) => Finish(StartTuned(Assembly, tuning, args), "");

    private static CliRun Finish(Process started, string input)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error.Result);
    }
}
