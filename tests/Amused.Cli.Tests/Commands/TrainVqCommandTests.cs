using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class TrainVqCommandTests : IDisposable
{
    private const string Config = """
        {"block_out_channels": [8, 8], "layers_per_block": 1, "latent_channels": 4, "num_vq_embeddings": 8, "norm_num_groups": 4,
         "mid_block_add_attention": false, "lookup_from_codebook": true}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_option_that_needs_another_is_refused_without_it() =>
        CliRun.Of("train-vq", "--data", folder.Path, "--discriminator-weight", "0.2")
            .AssertFails(2, "--discriminator-weight has an effect only with --discriminator");

    [Fact]
    public void A_run_leaves_a_VQGAN_figures_and_pictures_and_can_be_repeated_from_its_settings_and_trained_further()
    {
        string[] run = [.. Run("run"), "--checkpoint-every", "3", "--validation-data", Data(), "--validation-every", "2"];
        var first = CliRun.Of(run);
        Assert.Equal(folder["run/vqvae"], first.Out.Trim());
        Assert.Contains("step 4: held-out pictures", first.Error);
        Assert.Contains("dB with codes", first.Error);
        foreach (var file in (string[])["log.csv", "loss.png", "validation/step-000002.png", "validation/step-000003.png",
            "validation/step-000004.png", "checkpoint-3/vqvae/config.json"])
            Assert.True(File.Exists(folder[$"run/{file}"]), file);
        Assert.NotEmpty(Directory.GetFiles(folder["run/logs"]));
        var table = File.ReadAllLines(folder["run/log.csv"]);
        Assert.Equal(5, table.Length);
        Assert.Contains("perplexity", table[0]);

        var again = CliRun.Of("train-vq", "--config", folder["run/checkpoint-4/training.json"], "--output", folder["again"]);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(Weights("run"), Weights("again"));

        CliRun.Of(run).AssertFails(2, folder["run"], "checkpoint-4", "--resume latest", "another --output");
        Directory.Delete(folder["run/checkpoint-4"], recursive: true);
        Assert.Contains("going on after step 3", CliRun.Of([.. run, "--resume", "latest"]).Error);
        Assert.Equal(Weights("again"), Weights("run"));
        Assert.Equal(0, CliRun.Of("train-vq", "--data", Data(), "--model", folder["run"], "--output", folder["further"], "--resolution",
            "16", "--crop-steps", "0", "--whole-steps", "0", "--quantized-steps", "1").ExitCode);
    }

    [Fact]
    public void Programs_get_a_line_of_JSON_for_each_update()
    {
        var lines = CliRun.Output([.. Run("run"), "--json"]).Trim().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("\"phase\":\"quantized\"", lines[3]);
        Assert.Contains("\"used_codes\":", lines[3]);
    }

    [Fact]
    public void What_does_not_go_together_is_named()
    {
        CliRun.Of("train-vq", "--data", Data(), "--output", folder["run"]).AssertFails(2, "--model-config");
        CliRun.Of(Run("run", resolution: 17)).AssertFails(2, "resolution of 17", "multiples of 2");
        CliRun.Of(Run("run", data: folder["none"])).AssertFails(1, folder["none"]);
        CliRun.Of([.. Run("run"), "--config", folder.Write("run.json", """{"planned": {}}""")]).AssertFails(1, "planned");
        CliRun.Of([.. Run("run"), "--crop-size", "5"]).AssertFails(2, "crops of 5 pixels");
        Assert.False(Directory.Exists(folder["run"]));
    }

    private string[] Run(string name, int resolution = 16, string? data = null) =>
    [
        "train-vq", "--data", data
            ?? Data(), "--model-config", folder.Write("vq.json", Config), "--output", folder[name], "--resolution", $"{resolution}",
            "--crop-steps", "2", "--whole-steps", "1",
        "--quantized-steps", "1", "--batch-size", "2",
    ];

    private byte[] Weights(string name) => File.ReadAllBytes(folder[$"{name}/vqvae/diffusion_pytorch_model.safetensors"]);

    private string Data()
    {
        Directory.CreateDirectory(folder["data"]);
        foreach (var shade in (byte[])[10, 120, 240])
        {
            var pixels = new byte[20 * 16 * 3];
            pixels.AsSpan(0, pixels.Length / 2).Fill(shade);
            new RgbImage(20, 16, pixels).Save(folder[$"data/{shade}.png"]);
        }
        return folder["data"];
    }
}
