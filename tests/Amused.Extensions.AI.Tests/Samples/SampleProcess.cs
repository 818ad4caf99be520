using System.Diagnostics;

namespace Amused.Extensions.AI.Tests.Samples;

/// <summary>A sample as a program of its own, in an empty folder.</summary>
internal sealed class SampleProcess : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("amused-sample-");
    private readonly Process process;
    private readonly Task<string> error;

    public SampleProcess(string name, params IReadOnlyList<string> arguments)
    {
        // Beside these tests' own output, of the same configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, $"{name}.dll");
        process = Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        error = process.StandardError.ReadToEndAsync();
    }

    public Process Process => process;

    public string PathOf(string file) => Path.Combine(folder.FullName, file);

    /// <summary>Waits for its end; its exit code and what it wrote.</summary>
    public async Task<(int ExitCode, string Output, string Error)> End()
    {
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>How many lines a sample's program has.</summary>
    public static int Lines(string name) => File.ReadLines(Path.Combine(GoldenFolder.Repository, "samples", name, "Program.cs")).Count();
}
