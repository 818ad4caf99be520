using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amused.Cli.Bench;
using Amused.Cli.Errors;
using Amused.Runtime;

namespace Amused.Cli.Running;

/// <summary>Measures a configuration in a process of its own: this program, called with that configuration alone and <c>--in-process --json</c>.</summary>
/// <remarks>Only so is peak memory a configuration's own: libtorch's heap and the memory of a process that has worked before never shrink back to what a new one has.</remarks>
internal sealed class BenchProcess(Host host)
{
    private readonly string errorStart = $"{host.Program}: ";
    private readonly string noteStart = host.NoteLine("");

    /// <param name="configuration">What to measure.</param>
    /// <param name="folder">Where its model lies.</param>
    /// <param name="choice">What all configurations share.</param>
    /// <exception cref="InvalidRequestException">The model can't make what is asked for.</exception>
    /// <exception cref="BrokenInputException">The process ended with an error, or was ended.</exception>
    /// <exception cref="OperationCanceledException">The user wants to stop; the process has been ended.</exception>
    public BenchmarkRow Measure(BenchConfiguration configuration, string folder, BenchChoice choice)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var command = OwnCommand();
        start.FileName = command[0];
        foreach (var word in command.Skip(1).Concat(Words(configuration, folder, choice)))
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(host.Cancellation), process.StandardError.ReadToEndAsync(host.Cancellation));
            process.WaitForExitAsync(host.Cancellation).GetAwaiter().GetResult();
            Relay(error.GetAwaiter().GetResult(), process.ExitCode, configuration);
            return BenchmarkFile.Parse($"the answer for {configuration}", Encoding.UTF8.GetBytes(output.GetAwaiter().GetResult())).Results[0];
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }
    }

    /// <summary>Notes become this program's own, and so does an error.</summary>
    private void Relay(string error, int exitCode, BenchConfiguration configuration)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var line in lines.Where(line => line.StartsWith(noteStart, StringComparison.Ordinal)))
            host.Note(line[noteStart.Length..]);
        if (exitCode == 0)
            return;
        // A signal reaches all processes of a terminal, and the child may be the first to end.
        host.Cancellation.ThrowIfCancellationRequested();
        var message = lines.FirstOrDefault(line => line.StartsWith(errorStart, StringComparison.Ordinal) && !line.StartsWith(noteStart, StringComparison.Ordinal));
        var told = message is null ? $"its process ended with code {exitCode}; for want of memory, perhaps" : message[errorStart.Length..];
        throw exitCode == Failure.Unusable ? new InvalidRequestException($"{configuration}: {told}") : new BrokenInputException($"{configuration}: {told}");
    }

    private static List<string> Words(BenchConfiguration configuration, string folder, BenchChoice choice)
    {
        List<string> words =
        [
            "bench", "--in-process", "--json", "--offline", "--model", folder, "--precision", PrecisionNames.Of(configuration.Precision), "--device", choice.Device,
            "--batch-size", Text(configuration.Batch), "--warm-up", Text(choice.WarmUps), "--repeats", Text(choice.Repeats),
        ];
        if (configuration.Size is { } size)
            words.AddRange(["--size", PictureSize.Word(size.Width, size.Height)]);
        if (configuration.Steps is { } steps)
            words.AddRange(["--steps", Text(steps)]);
        if (choice.GuidanceScale is { } scale)
            words.AddRange(["--guidance-scale", scale.ToString("R", CultureInfo.InvariantCulture)]);
        if (choice.Hub.Variant is { } variant)
            words.AddRange(["--variant", variant]);
        return words;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How this program is started: by its own executable, by <c>dotnet</c> with its assembly, or, where it is a guest in another program (tests), the latter.</summary>
    private static string[] OwnCommand()
    {
        var assembly = typeof(BenchProcess).Assembly;
        var isMain = System.Reflection.Assembly.GetEntryAssembly() == assembly;
        var executable = Environment.ProcessPath;
        var isDotnet = Path.GetFileNameWithoutExtension(executable) == "dotnet";
        return executable is not null && isMain && !isDotnet ? [executable] : [executable is not null && isDotnet ? executable : "dotnet", assembly.Location];
    }
}
