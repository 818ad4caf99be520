using System.Diagnostics;
using System.Runtime.InteropServices;
using Amused.Cli.Tests.Commands;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Processes;

public sealed partial class InterruptionTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Interrupt, 130)]
    [InlineData(Terminate, 143)]
    public async Task A_signal_ends_the_run_within_a_step_and_leaves_nothing_half_written(int signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        // The first line tells that the second, which would take long, is under way.
        var prompts = folder.Write("prompts.jsonl", """
            {"prompt": "fox", "steps": 1}
            {"prompt": "wolf", "steps": 1000, "images-per-prompt": 16}
            """);
        using var process = CliProcess.Start(CliProcess.Assembly, "generate", "--prompt-file", prompts, "--model", TinyModel.Path,
            "--output", folder["{prompt}.png"], "--save-tokens", folder["tokens.json"], "--json");
        await process.StandardOutput.ReadLineAsync();

        Send(process, signal);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(exitCode, process.ExitCode);
        Assert.Equal("amused: stopped\n", error);
        Assert.Equal(["fox.png", "prompts.jsonl", "tokens-0.json"], folder.Names);
    }

    [Fact]
    public async Task A_checkpoint_that_is_being_made_is_taken_away()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        // The small transformer is written first; the text encoder after it takes long.
        var config = InitCommandTests.Config.Replace("\"hidden_size\": 16, \"intermediate_size\": 16, \"num_hidden_layers\": 2",
            "\"hidden_size\": 16, \"intermediate_size\": 65536, \"num_hidden_layers\": 200", StringComparison.Ordinal);
        using var process = CliProcess.Start(CliProcess.Assembly, "init", "--config", folder.Write("config.json", config), folder["model"]);
        while (!File.Exists(folder["model/transformer/config.json"]) && !process.HasExited)
            await Task.Delay(10, TestContext.Current.CancellationToken);

        Send(process, Interrupt);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("amused: stopped\n", error);
        Assert.False(Directory.Exists(folder["model"]));
    }

    [Fact]
    public async Task Waiting_for_input_ends_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        using var process = CliProcess.Start(CliProcess.Assembly, "tokenize", "--json", "--model", TinyModel.Path);
        await process.StandardInput.WriteAsync("\"fox\"\n");
        await process.StandardInput.FlushAsync();
        await process.StandardOutput.ReadLineAsync();
        Send(process, Interrupt);
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public async Task Encoding_that_was_stopped_goes_on_to_the_same_shards()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent as Unix does");
        Directory.CreateDirectory(folder["pictures"]);
        for (var i = 0; i < 200; i++)
            TinyModel.SavePicture(folder, $"pictures/grey {i}.png", (byte)i);
        string[] Encode(string name) =>
            ["encode", folder["pictures"], "--model", TinyModel.Path, "--shard-size", "2", "--batch-size", "2", "--output", folder[name]];
        using var process = CliProcess.Start(CliProcess.Assembly, Encode("parts"));
        while (!File.Exists(folder["parts/index.json"]) && !process.HasExited)
            await Task.Delay(10, TestContext.Current.CancellationToken);

        Send(process, Interrupt);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("goes on after them\namused: stopped\n", error);
        Assert.InRange(Directory.GetFiles(folder["parts"], "shard-*.safetensors").Length, 1, 99);

        CliRun.Output(Encode("parts"));
        CliRun.Output(Encode("whole"));
        Assert.Equal(Directory.GetFiles(folder["whole"]).Order().Select(File.ReadAllBytes), Directory.GetFiles(folder["parts"]).Order()
            .Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task A_benchmark_that_is_stopped_ends_the_process_that_measures()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked up as Linux shows them");
        using var process = CliProcess.Start(CliProcess.Assembly, "bench", "--model", TinyModel.Path, "--steps", "1000", "--batch-size",
            "16", "--output", folder["bench.json"]);
        int? child = null;
        while (child is null && !process.HasExited)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
            child = ChildOf(process.Id);
        }

        // To the parent alone; a terminal's Ctrl-C reaches both.
        Send(process, Terminate);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(143, process.ExitCode);
        Assert.Equal("amused: stopped\n", error);
        Assert.False(Directory.Exists($"/proc/{child}"), $"process {child} is still there");
        Assert.Empty(folder.Names);
    }

    /// <summary>A process's first child: the fourth word of <c>stat</c> is the parent.</summary>
    private static int? ChildOf(int parent)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(entry), out var process)
                    && File.ReadAllText(Path.Combine(entry, "stat")).Split(") ")[^1].Split(' ')[1] == $"{parent}")
                    return process;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        return null;
    }

    private static void Send(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
