using System.Text.Json.Nodes;
using Amused.Weights;
using Xunit;

namespace Amused.Tests.Weights;

public sealed class WeightWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Small_weights_become_one_file_in_the_published_names()
    {
        WeightWriter.Write(folder.Path, WeightWriter.DiffusersStem, Tensors(4), variant: "fp16");
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4));
        Assert.Equal(["diffusion_pytorch_model.fp16.safetensors", "model.safetensors"], Names());
    }

    [Fact]
    public void Large_weights_are_sharded_with_an_index_and_read_back()
    {
        WeightWriter.Write(folder.Path, WeightWriter.DiffusersStem, Tensors(4, 4, 20, 4), shardSize: 10);

        Assert.Equal(
            [
                "diffusion_pytorch_model-00001-of-00003.safetensors", "diffusion_pytorch_model-00002-of-00003.safetensors",
                "diffusion_pytorch_model-00003-of-00003.safetensors", "diffusion_pytorch_model.safetensors.index.json",
            ],
            Names());
        var index = JsonNode.Parse(File.ReadAllText(folder["diffusion_pytorch_model.safetensors.index.json"]))!;
        Assert.Equal(32, (int)index["metadata"]!["total_size"]!);
        Assert.Equal("diffusion_pytorch_model-00001-of-00003.safetensors", (string)index["weight_map"]!["t1"]!);

        using var source = CheckpointFolder.Open(folder.Path).OpenWeights("");
        for (var number = 0; number < 4; number++)
            source.Take($"t{number}", [number == 2 ? 5 : 1], ParameterInit.Zeros).Dispose();
        source.ThrowIfLeftOver();
    }

    [Fact]
    public void Shards_of_a_variant_carry_it_in_their_names_and_are_found_by_it()
    {
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4, 4), variant: "fp16", shardSize: 4);
        Assert.Equal(["model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors",
            "model.safetensors.index.fp16.json"], Names());
        Assert.Equal(2, WeightFiles.Find(folder.Path, "fp16").Paths.Count);
        Assert.Equal(["fp16"], WeightFiles.Variants(folder.Path));
    }

    [Fact]
    public void Saving_again_leaves_only_the_new_files_of_the_variant()
    {
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4), variant: "bf16");
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4));
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4, 4, 4), shardSize: 4);
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4, 4), shardSize: 4);
        Assert.Equal(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.bf16.safetensors",
            "model.safetensors.index.json"], Names());
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4));
        Assert.Equal(["model.bf16.safetensors", "model.safetensors"], Names());
    }

    [Theory]
    [InlineData("model.safetensors.index.fp16.json")]
    [InlineData("model.fp16.safetensors.index.json")]
    [InlineData("model.safetensors.fp16.index.json")]
    public void An_index_of_the_variant_by_any_of_its_names_goes_with_its_shards(string index)
    {
        folder.Write(index, "{}");
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4), variant: "fp16");
        Assert.Equal(["model.fp16.safetensors"], Names());
    }

    [Fact]
    public void A_shard_that_fails_leaves_no_shard_at_all()
    {
        SafetensorsTensor failing = new("z", SafetensorsDtype.U8, [1], _ => throw new IOException("No space left on device"));
        Assert.Throws<BrokenInputException>(() =>
            WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, [.. Tensors(4), failing], shardSize: 4));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_variant_that_is_no_word_is_refused()
    {
        foreach (var variant in new[] { "../up", "", "a.b", "fp16-00001-of-00002" })
            Assert.Throws<InvalidRequestException>(() => WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, [], variant));
        WeightWriter.Write(folder.Path, WeightWriter.TransformersStem, Tensors(4), variant: "non-ema");
    }

    private static SafetensorsTensor[] Tensors(params int[] byteLengths) =>
        [.. byteLengths.Select((length, number) =>
            SafetensorsTensor.Of($"t{number}", SafetensorsDtype.F32, [length / 4], new byte[length]))];

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
