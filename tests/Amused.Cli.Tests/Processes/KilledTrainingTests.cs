using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Processes;

public sealed class KilledTrainingTests : IDisposable
{
        private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_was_killed_ends_with_the_weights_of_one_that_was_not() => Compare(steps: 12, kills: 1, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void A_run_that_was_killed_twenty_times_ends_with_the_weights_of_one_that_was_not() => Compare(steps: 60, kills: 20, seed: 2);

    private void Compare(int steps, int kills, int seed)
    {
        Directory.CreateDirectory(folder["pictures"]);
        for (var level = 0; level < 5; level++)
            TinyModel.SavePicture(folder, $"pictures/grey {level}.png", (byte)(level * 50));
        Assert.Equal(0, CliProcess.Run(CliProcess.Assembly, "", Arguments("whole", steps)).ExitCode);

        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
            KillAtRandom(random, steps);
        var last = CliProcess.Run(CliProcess.Assembly, "", Arguments("parts", steps));
        Assert.True(last.ExitCode == 0, last.Error);

        foreach (var file in (string[])["weights.safetensors", "state.safetensors", "progress.json"])
            Assert.Equal(File.ReadAllBytes(folder[$"whole/checkpoint-{steps}/{file}"]), File.ReadAllBytes(folder[$"parts/checkpoint-{steps}/{file}"]));
        Assert.Empty(Directory.GetDirectories(folder["parts"], ".*.tmp"));
    }

    /// <summary>Starts or resumes the run, and kills it some steps and part of a step later, while it writes a checkpoint perhaps.</summary>
    private void KillAtRandom(Random random, int steps)
    {
        using var process = CliProcess.Start(CliProcess.Assembly, [.. Arguments("parts", steps), "--json"]);
        _ = process.StandardError.ReadToEndAsync();
        for (var line = random.Next(4); line >= 0; line--)
            process.StandardOutput.ReadLine();
        Thread.Sleep(random.Next(60));
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private string[] Arguments(string run, int steps) =>
    [
        "train", "--model", TinyModel.Path, "--data", folder["pictures"], "--max-steps", $"{steps}", "--batch-size", "2", "--8bit-adam", "--ema", "--condition-dropout", "0.2",
        "--checkpoint-every", "1", "--checkpoint-limit", "2", "--resume", "latest", "--output", folder[run],
    ];
}
