using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Processes;

public sealed class KilledTrainingTests : IDisposable
{
    private const string VqSizes = """
        {"block_out_channels": [8, 8], "layers_per_block": 1, "latent_channels": 4, "num_vq_embeddings": 8, "norm_num_groups": 4,
         "mid_block_add_attention": false, "lookup_from_codebook": true}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train")]
    [InlineData("train-vq")]
    public void A_run_that_was_killed_ends_with_the_weights_of_one_that_was_not(string command) =>
        Compare(command, steps: 12, kills: 1, seed: 1);

    [Theory]
    [InlineData("train")]
    [InlineData("train-vq")]
    [Trait("Category", "Long")]
    public void A_run_that_was_killed_twenty_times_ends_with_the_weights_of_one_that_was_not(string command) =>
        Compare(command, steps: 60, kills: 20, seed: 2);

    private void Compare(string command, int steps, int kills, int seed)
    {
        Directory.CreateDirectory(folder["pictures"]);
        for (var level = 0; level < 5; level++)
            TinyModel.SavePicture(folder, $"pictures/grey {level}.png", (byte)(level * 50));
        Assert.Equal(0, CliProcess.Run(CliProcess.Assembly, "", Arguments(command, "whole", steps)).ExitCode);

        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
            KillAtRandom(random, Arguments(command, "parts", steps));
        var last = CliProcess.Run(CliProcess.Assembly, "", Arguments(command, "parts", steps));
        Assert.True(last.ExitCode == 0, last.Error);

        foreach (var file in (string[])["weights.safetensors", "state.safetensors", "progress.json"])
            Assert.Equal(File.ReadAllBytes(folder[$"whole/checkpoint-{steps}/{file}"]),
                File.ReadAllBytes(folder[$"parts/checkpoint-{steps}/{file}"]));
        Assert.Empty(Directory.GetDirectories(folder["parts"], ".*.tmp"));
    }

    /// <summary>
    /// Starts or resumes the run, and kills it some steps and part of a step later, while it writes a checkpoint perhaps.
    /// </summary>
    private static void KillAtRandom(Random random, string[] arguments)
    {
        using var process = CliProcess.Start(CliProcess.Assembly, [.. arguments, "--json"]);
        _ = process.StandardError.ReadToEndAsync();
        for (var line = random.Next(4); line >= 0; line--)
            process.StandardOutput.ReadLine();
        Thread.Sleep(random.Next(60));
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private string[] Arguments(string command, string run, int steps) =>
    [
        command, "--data", folder["pictures"], "--checkpoint-every", "1", "--checkpoint-limit", "2", "--resume", "latest", "--output",
        folder[run], "--batch-size", "2",
        .. command == "train" ? Fine(steps) : Vq(steps),
    ];

    private static string[] Fine(int steps) =>
        ["--model", TinyModel.Path, "--max-steps", $"{steps}", "--8bit-adam", "--ema", "--condition-dropout", "0.2"];

    /// <summary>A third of the steps on crops, a third on whole pictures, a third with codes and discriminator.</summary>
    private string[] Vq(int steps) =>
    [
        "--model-config", folder.Write("vq.json", VqSizes), "--resolution", "16", "--crop-steps", $"{steps / 3}", "--whole-steps",
        $"{steps / 3}", "--quantized-steps", $"{steps / 3}",
        "--ema", "--discriminator", "--discriminator-start", $"{steps / 2}", "--revive-after", "3",
    ];
}
