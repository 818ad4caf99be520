using System.Diagnostics;

namespace Amused.Cli.Tests.Packaging;

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output, then what it wrote to standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output);

/// <summary>Runs programs to their end.</summary>
internal static class CommandLine
{
    /// <summary>Runs a program in a folder.</summary>
    /// <param name="folder">Its current directory.</param>
    /// <param name="environment">Variables to add to this process's own.</param>
    /// <param name="program">Its path, or its name on the PATH.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    internal static async Task<CommandResult> Run(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output + await error);
    }
}
