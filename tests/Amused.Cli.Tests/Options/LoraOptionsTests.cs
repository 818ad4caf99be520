using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Options;

public sealed class LoraOptionsTests : IDisposable
{
    /// <summary>The LoRA of the golden model that commands run with; it doesn't say its alpha.</summary>
    private static readonly string Lora =
        Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_LoRA_makes_another_picture_and_its_absent_alpha_is_noted_once()
    {
        CliRun.Output(Words("plain.png"));
        var run = CliRun.Of(Words("lora.png", "--lora", $"{Lora}:8", "--images-per-prompt", "2"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("does not say its alpha", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.NotEqual(Pixels("plain.png"), Pixels("lora-0.png"));
    }

    [Theory]
    [InlineData]
    [InlineData("--fuse-lora")]
    public void Settings_of_a_picture_bring_its_LoRAs_back(params string[] more)
    {
        CliRun.Output(Words("a.png", ["--lora", $"{Lora}:8", "--lora", Lora, "--lora-alpha", "8,4", .. more]));
        var settings = PngText.Read(folder["a.png"])["amused"];
        var json = JsonDocument.Parse(settings).RootElement;
        Assert.Equal([$"{Lora}:8", $"{Lora}:1"], json.GetProperty("lora").EnumerateArray().Select(lora => lora.GetString()));
        Assert.Equal([8, 4], json.GetProperty("lora-alpha").EnumerateArray().Select(alpha => alpha.GetInt32()));
        Assert.Equal(more.Length > 0, json.TryGetProperty("fuse-lora", out _));
        CliRun.Output("generate", "--prompt-file", folder.Write("again.jsonl", settings), "--output", folder["b.png"]);
        Assert.Equal(File.ReadAllBytes(folder["a.png"]), File.ReadAllBytes(folder["b.png"]));
    }

    [Fact]
    public void Lines_of_a_prompt_file_may_have_LoRAs_of_their_own()
    {
        var lora = JsonSerializer.Serialize($"{Lora}:8");
        folder.Write("prompts.jsonl", $$"""
            {"prompt": "fox", "output": "{{folder["first.png"]}}"}
            {"prompt": "fox", "output": "{{folder["second.png"]}}", "lora": [{{lora}}], "lora_alpha": 8}
            {"prompt": "fox", "output": "{{folder["third.png"]}}"}
            """);
        CliRun.Output("generate", "--prompt-file", folder["prompts.jsonl"], "--seed", "3", "--model", TinyModel.Path);
        Assert.Equal(Pixels("first.png"), Pixels("third.png"));
        Assert.NotEqual(Pixels("first.png"), Pixels("second.png"));
    }

    [Fact]
    public void A_sweep_takes_LoRAs_and_carries_them()
    {
        CliRun.Output("sweep", "fox", "--steps", "1,2", "--lora", $"{Lora}:0.5", "--lora-alpha", "8", "--model", TinyModel.Path,
            "--output", folder["sweep.png"]);
        Assert.Contains($"\"lora\":[\"{Lora}:0.5\"],\"lora-alpha\":[8]", PngText.Read(folder["sweep.png"])["amused"]);
    }

    [Fact]
    public void What_cannot_be_used_is_one_line_and_no_file()
    {
        folder.Write("broken.safetensors", "no tensors");
        Run("--lora", folder["broken.safetensors"]).AssertFails(1, folder["broken.safetensors"]);
        Run("--lora", folder["missing"] + ":0.5").AssertFails(1, $"--lora: {folder["missing"]} does not exist");
        Run("--lora", folder.Path).AssertFails(1, "pytorch_lora_weights.safetensors", "adapter_model.safetensors");
        Run("--lora", $"{Lora}:strong").AssertFails(2, "'strong' behind the colon is not a number", "--lora ");
        Run("--lora", Lora, "--lora-alpha", "1,2,3").AssertFails(2, "3 numbers for 1 LoRAs");
        Run("--lora", Lora, "--lora-alpha", "much").AssertFails(2, "--lora-alpha: 'much'");
        Run("--lora-alpha", "8").AssertFails(2, "--lora-alpha is for LoRAs");
        Run("--fuse-lora").AssertFails(2, "--fuse-lora is for LoRAs");
        Assert.Equal(["broken.safetensors"], folder.Names);
    }

    private CliRun Run(params string[] args) => CliRun.Of(Words("out.png", args));

    private string[] Words(string output, params string[] more) =>
        ["generate", "fox", "--seed", "3", "--steps", "3", "--model", TinyModel.Path, "--output", folder[output], .. more];

    private byte[] Pixels(string name) => RgbImage.Load(folder[name]).Pixels.ToArray();
}
