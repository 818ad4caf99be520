using Amused.Weights;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class FileSelectionTests
{
    private static FileSelection Single(string? variant, params string[] files)
        => FileSelection.Of(["config.json", .. files], index: null, variant, HubContent.Pipeline, isListing: true);

    [Fact]
    public void Plain_weights_are_never_a_variants_file()
    {
        Assert.Equal(["model.safetensors"], Single(null, "model.fp16.safetensors", "model.safetensors").Weights);
        Assert.Equal("no plain weights; what it has is: variant bf16, variant fp16",
            Single(null, "model.fp16.safetensors", "model.bf16.safetensors").Lacks);
    }

    [Theory]
    [InlineData("model.safetensors.index.fp16.json")]
    [InlineData("model.fp16.safetensors.index.json")]
    public void A_variants_shards_are_those_that_its_index_names(string index)
    {
        var folder = Directory.CreateTempSubdirectory("amused-index-").FullName;
        File.WriteAllText(Path.Combine(folder, index),
            """{"weight_map":{"a":"model.fp16-00001-of-00002.safetensors","b":"model.fp16-00002-of-00002.safetensors"}}""");

        var selection = Single("fp16", index, "model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors",
            "model-00001-of-00002.safetensors", "model.safetensors.index.json");
        selection.AddShards(path => ShardIndex.Read(Path.Combine(folder, path)));
        Directory.Delete(folder, recursive: true);

        Assert.Equal([index], selection.ShardIndices);
        Assert.Equal(["model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"], selection.Weights);
        Assert.Null(selection.Lacks);
    }

    [Fact]
    public void The_same_weights_are_never_taken_twice()
    {
        // The order of preference is the loader's: an index for the diffusers name, a single file for the transformers one.
        var both =
            Single(null, "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json", "model.safetensors");
        Assert.Equal(["diffusion_pytorch_model.safetensors.index.json"], both.ShardIndices);
        Assert.Empty(both.Weights);
    }

    [Fact]
    public void Shards_without_an_index_are_no_weights()
        => Assert.NotNull(Single(null, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors").Lacks);

    [Fact]
    public void Weights_of_other_frameworks_and_adapters_are_left_alone()
    {
        var selection = Single(null, "model.safetensors", "pytorch_model.bin", "flax_model.msgpack", "model.onnx", "tf_model.h5",
            "pytorch_lora_weights.safetensors", "adapter_model.safetensors", "model_ema.safetensors", "README.md", "samples/1.png");
        Assert.Equal(["model.safetensors"], selection.Weights);
        Assert.Equal(["config.json"], selection.Small);
    }

    [Fact]
    public void A_config_without_weights_is_enough_only_when_the_whole_listing_has_none()
    {
        string[] files = ["config.json", "vocab.json", "merges.txt"];
        Assert.Null(FileSelection.Of(files, null, null, HubContent.Pipeline, isListing: true).Lacks);
        Assert.NotNull(FileSelection.Of(files, null, null, HubContent.Pipeline, isListing: false).Lacks);
        Assert.Null(FileSelection.Of(files, null, null, HubContent.Tokenizer, isListing: false).Lacks);
    }
}
