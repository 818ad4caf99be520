using System.Text.Json.Nodes;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class EncodeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_data_set_is_encoded_once_and_trained_on_without_its_pictures()
    {
        var first = Encode("--model", TinyModel.Path, "--random-flip", "--passes", "2");
        Assert.StartsWith($"{folder["shards"]}: 6 examples in 1 shard, ", first.Out);
        Assert.Equal(first.Out, Encode("--model", TinyModel.Path, "--random-flip", "--passes", "2").Out);
        Directory.Delete(folder["pictures"], recursive: true);

        CliRun.Output("train", "--model", TinyModel.Path, "--data", folder["shards"], "--lora", "--max-steps", "1", "--batch-size", "2",
            "--output", folder["run"]);
        Assert.True(File.Exists(folder["run/pytorch_lora_weights.safetensors"]));
    }

    [Fact]
    public void What_the_folder_holds_is_told_as_json_and_can_be_verified()
    {
        Encode("--model", TinyModel.Path, "--text", "ids", "--shard-size", "2", "--batch-size", "1");
        var told = CliRun.Output("encode", "--verify", "--output", folder["shards"], "--json");
        var json = JsonNode.Parse(told)!;
        Assert.Equal((3, 2, 0), ((int)json["examples"]!, (int)json["shards"]!, (int)json["broken"]!));

        var shard = folder["shards/shard-00001.safetensors"];
        var bytes = File.ReadAllBytes(shard);
        bytes[^1] ^= 1;
        File.WriteAllBytes(shard, bytes);
        CliRun.Of("encode", "--verify", "--output", folder["shards"]).AssertFails(1, "1 of 2 shards", "shard-00001.safetensors");
    }

    [Fact]
    public void Data_and_model_are_compared_by_their_content_wherever_they_lie_and_force_overrides_it()
    {
        var before = Encode("--model", TinyModel.Path, "--text", "ids");
        Directory.Move(folder["pictures"], folder["moved"]);
        Assert.Equal(before.Out,
            CliRun.Output("encode", folder["moved"], "--model", TinyModel.Path, "--text", "ids", "--output", folder["shards"]));

        TinyModel.SavePicture(folder, "moved/grey 20.png", 21, side: 40);
        using TemporaryFolder other = new();
        TinyModel.CopyTo(other);
        ChangeWeights(other["vqvae/diffusion_pytorch_model.safetensors"]);
        string[] again = ["encode", folder["moved"], "--model", other.Path, "--text", "ids", "--seed", "3", "--output", folder["shards"]];
        CliRun.Of(again).AssertFails(2, folder["shards"], "is of another run: seed is 3 instead of 0;", "vqvae has another content",
            "data has another content", "--force goes on all the same");
        Assert.Equal(before.Out, CliRun.Output([.. again, "--force"]));
    }

    [Fact]
    public void A_VQGAN_and_a_tokenizer_are_enough_for_a_model_from_nothing_with_a_shorter_text_tower()
    {
        var sizes = folder.Write("sizes.json", """
            { "transformer": { "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "in_channels": 16, "block_out_channels": 16,
              "block_num_heads": 2, "num_res_blocks": 1, "vocab_size": 72, "codebook_size": 64, "cond_embed_dim": 32, "encoder_hidden_size": 32, "micro_cond_encode_dim": 16,
              "micro_cond_embed_dim": 80, "sample_size": 8 },
              "vqvae": { "block_out_channels": [16, 32, 48], "layers_per_block": 1, "latent_channels": 16, "num_vq_embeddings": 64, "vq_embed_dim": 16, "norm_num_groups": 8, "mid_block_add_attention": false, "lookup_from_codebook": true },
              "text_encoder": { "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "projection_dim": 32, "vocab_size": 720, "max_position_embeddings": 9 } }
            """);
        string tokenizer = Path.Combine(TinyModel.Path, "tokenizer");
        Encode("--vqvae", TinyModel.Path, "--tokenizer", tokenizer, "--text-length", "9", "--resolution", "32");
        CliRun.Output(
            "train", "--model-config", sizes, "--vqvae", TinyModel.Path, "--tokenizer", tokenizer, "--train-text-encoder", "--data",
            folder["shards"], "--max-steps", "1",
            "--batch-size", "2", "--output", folder["run"]);
        Assert.Contains("\"model_max_length\": 9", File.ReadAllText(folder["run/tokenizer/tokenizer_config.json"]));

        // Without --text-length, captions have the tokenizer's own length, which this model can't read.
        CliRun.Of("encode", folder["pictures"], "--vqvae", TinyModel.Path, "--tokenizer", tokenizer, "--resolution", "32", "--output",
            folder["long"]);
        CliRun.Of("train", "--model-config", sizes, "--vqvae", TinyModel.Path, "--tokenizer", tokenizer, "--data", folder["long"],
            "--output", folder["run2"])
            .AssertFails(2, folder["long"], "have 77 tokens, the model's 9");
    }

    [Fact]
    public void What_does_not_go_together_is_told_in_one_line()
    {
        Pictures();
        string[] encode = ["encode", folder["pictures"], "--output", folder["shards"]];
        CliRun.Of(encode).AssertFails(2, "--model", "--vqvae", "--tokenizer");
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--vqvae", TinyModel.Path]).AssertFails(2, "not both");
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--text-length", "9"]).AssertFails(2, "--text-length");
        CliRun.Of([.. encode, "--vqvae", TinyModel.Path, "--tokenizer", TinyModel.Path + "/tokenizer"]).AssertFails(2, "resolution");
        CliRun.Of([.. encode, "--vqvae", TinyModel.Path, "--tokenizer", TinyModel.Path + "/tokenizer", "--text", "states"])
            .AssertFails(2, "--text states");
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--resolution", "33"]).AssertFails(2, "33", "multiples of 4");
        CliRun.Of("encode", "--model", TinyModel.Path, "--output", folder["shards"]).AssertFails(2, "no pictures");
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--verify"]).AssertFails(2, "--verify encodes nothing: leave --model, DATA out");
        Assert.False(Directory.Exists(folder["shards"]));

        Encode("--model", TinyModel.Path);
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--center-crop"])
            .AssertFails(2, folder["shards"], "center_crop is true instead of false");
        CliRun.Of([.. encode, "--model", TinyModel.Path, "--captions", "file-name"])
            .AssertFails(2, folder["shards"], "captions is FileName instead of Any");
        CliRun.Of("train", "--model", TinyModel.Path, "--data", folder["shards"], "--random-flip", "--output", folder["run"])
            .AssertFails(2, "--random-flip", "no effect");
    }

    private static void ChangeWeights(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (int at = 8 + (int)BitConverter.ToInt64(bytes); at < bytes.Length; at += 4)
            bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private CliRun Encode(params string[] more)
    {
        Pictures();
        var run = CliRun.Of(["encode", folder["pictures"], "--output", folder["shards"], .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private void Pictures()
    {
        Directory.CreateDirectory(folder["pictures"]);
        foreach (var level in (byte[])[20, 120, 240])
            TinyModel.SavePicture(folder, $"pictures/grey {level}.png", level, side: 40);
    }
}
