using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    // Small enough to write in a moment.
    internal const string Config = """
        {
          "transformer": {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "in_channels": 32, "block_out_channels": 32,
            "block_num_heads": 2, "num_res_blocks": 1, "vocab_size": 66, "codebook_size": 64, "cond_embed_dim": 16, "encoder_hidden_size": 16,
            "micro_cond_encode_dim": 4, "micro_cond_embed_dim": 20, "sample_size": 4},
          "vqvae": {"block_out_channels": [32, 32], "layers_per_block": 1, "latent_channels": 4, "num_vq_embeddings": 64, "norm_num_groups": 4,
            "mid_block_add_attention": false, "lookup_from_codebook": true},
          "text_encoder": {"vocab_size": 514, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "projection_dim": 16,
            "max_position_embeddings": 77, "bos_token_id": 512, "eos_token_id": 513}
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_of_random_weights_is_written_and_draws()
    {
        CliRun.Output("init", "--config", folder.Write("config.json", Config), folder["model"]);
        CliRun.Output("generate", "fox", "--model", folder["model"], "--steps", "1", "--output", folder["out.png"]);
        Assert.True(File.Exists(folder["out.png"]));
    }

    [Fact]
    public void The_seed_decides_the_weights()
    {
        var config = folder.Write("config.json", Config);
        foreach (var (name, seed) in new[] { ("a", "1"), ("b", "1"), ("c", "2") })
            CliRun.Output("init", "--config", config, "--seed", seed, folder[name]);
        byte[] Weights(string name) => File.ReadAllBytes(folder[$"{name}/transformer/diffusion_pytorch_model.safetensors"]);
        Assert.Equal(Weights("a"), Weights("b"));
        Assert.NotEqual(Weights("a"), Weights("c"));
    }

    [Fact]
    public void What_cannot_be_made_is_named()
    {
        CliRun.Of("init", "--config", "1024", folder["model"]).AssertFails(1, "1024");
        folder.Write("file", "");
        CliRun.Of("init", "--config", folder.Write("config.json", Config), folder.Path).AssertFails(2, folder.Path, "not empty");
        CliRun.Of("init", "--config", "256", "--seed", "1,2", folder["model"]).AssertFails(2, "one seed");
    }
}
