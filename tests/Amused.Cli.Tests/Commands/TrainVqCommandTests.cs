using Amused.Cli.Tests.Support;
using Amused.Imaging;
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
    public void A_run_that_was_stopped_goes_on_and_writes_a_VQGAN_that_can_be_trained_further()
    {
        var (config, data) = (folder.Write("vq.json", Config), Data());
        string[] run = ["train-vq", data, "--config", config, "--output", folder["run"], "--resolution", "16", "--steps", "2,1,1", "--batch-size", "2", "--save-every", "3"];

        Assert.Equal(folder["run/vqvae"], CliRun.Output(run).Trim());
        File.Delete(folder["run/vqvae/config.json"]);
        var resumed = CliRun.Of([.. run, "--resume"]);
        Assert.Contains("goes on after step 3", resumed.Error);
        Assert.Equal(0, CliRun.Of("train-vq", data, "--from", folder["run"], "--output", folder["further"], "--resolution", "16", "--steps", "0,0,1").ExitCode);
    }

    [Fact]
    public void What_does_not_go_together_is_named()
    {
        var (config, data) = (folder.Write("vq.json", Config), Data());
        CliRun.Of("train-vq", data, "--output", folder["run"]).AssertFails(2, "--config", "--from");
        CliRun.Of("train-vq", data, "--config", config, "--output", folder["run"], "--steps", "1,2").AssertFails(2, "--steps", "three numbers");
        CliRun.Of("train-vq", data, "--config", config, "--output", folder["run"], "--resolution", "17").AssertFails(2, "resolution of 17", "multiples of 2");
        CliRun.Of("train-vq", folder["none"], "--config", config, "--output", folder["run"]).AssertFails(1, folder["none"]);
    }

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
