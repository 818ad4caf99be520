using System.Runtime.InteropServices;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Weights;

public sealed class CheckpointSourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string path;

    public CheckpointSourceTests() => path = folder.Write("model.safetensors", CraftedFile.Bytes(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""",
        [.. MemoryMarshal.AsBytes<float>([7, 1.5f, -2, 3])]));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parameters_come_in_the_asked_precision()
    {
        using CheckpointSource source = new([path], ScalarType.BFloat16);
        using var weight = source.Take("w", [2, 1], ParameterInit.Normal);
        Assert.Equal(ScalarType.BFloat16, weight.dtype);
        Assert.Equal([1.5f, -2f], weight.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Integers_are_no_parameters(bool asInt8)
    {
        var bytes = folder.Write("bytes.safetensors",
            CraftedFile.Bytes("""{"w":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}""", [1, 2, 3, 4]));
        using CheckpointSource source = new([bytes], asInt8: asInt8);
        var error = Assert.Throws<BrokenInputException>(() =>
            asInt8 ? (object?)source.TakeMatrix("w", 2, 2) : source.Take("w", [2, 2], ParameterInit.Normal));
        Assert.StartsWith($"{bytes}: the key \"w\" holds U8", error.Message);
    }

    [Fact]
    public void A_parameter_outlives_its_source_and_the_scope_that_it_was_taken_in()
    {
        Tensor weight;
        using (NewDisposeScope())
        using (CheckpointSource source = new([path]))
            weight = source.Take("w", [2, 1], ParameterInit.Normal);
        Assert.Equal([1.5f, -2f], weight.data<float>().ToArray());
        weight.Dispose();
    }

    [Fact]
    public void A_missing_key_is_named_with_the_shape_it_should_have()
    {
        using CheckpointSource source = new([path]);
        var message = Assert.Throws<BrokenInputException>(() => source.Take("layers.0.weight", [3, 4], ParameterInit.Normal)).Message;
        Assert.Equal($"{path}: the key \"layers.0.weight\" is missing, of shape [3, 4] by the configuration", message);
    }

    [Fact]
    public void A_misshaped_key_is_named_with_both_shapes_even_where_broadcasting_would_fit()
    {
        using CheckpointSource source = new([path]);
        var message = Assert.Throws<BrokenInputException>(() => source.Take("w", [2, 2], ParameterInit.Normal)).Message;
        Assert.Equal($"{path}: the key \"w\" has shape [2, 1], but the configuration asks for [2, 2]", message);
    }

    [Fact]
    public void Left_over_keys_are_named_and_counted()
    {
        using CheckpointSource source = new([path]);
        source.Take("w", [2, 1], ParameterInit.Normal).Dispose();
        var message = Assert.Throws<BrokenInputException>(source.ThrowIfLeftOver).Message;
        Assert.Contains("2 left-over keys", message, StringComparison.Ordinal);
        Assert.Contains("\"b\", \"v\"", message, StringComparison.Ordinal);

        source.Take("b", [1], ParameterInit.Zeros).Dispose();
        source.Take("v", [1], ParameterInit.Zeros).Dispose();
        source.ThrowIfLeftOver();
    }

    [Fact]
    public void Many_left_over_keys_are_not_all_listed()
    {
        var json = "{" + string.Join(",", Enumerable.Range(0, 100).Select(i => CraftedFile.Entry($"k{i:00}", "F32", "0", 0, 0))) + "}";
        using CheckpointSource source = new([folder.Write("many", CraftedFile.Bytes(json, 0))]);
        var message = Assert.Throws<BrokenInputException>(source.ThrowIfLeftOver).Message;
        Assert.EndsWith("100 left-over keys that the configuration has no place for: \"k00\", \"k01\", \"k02\", \"k03\" and 96 more",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public void Taking_a_key_twice_is_a_fault_of_the_network()
    {
        using CheckpointSource source = new([path]);
        source.Take("w", [2, 1], ParameterInit.Normal).Dispose();
        Assert.Throws<InvalidOperationException>(() => source.Take("w", [2, 1], ParameterInit.Normal));
    }

    [Fact]
    public void Keys_can_be_renamed_and_ignored()
    {
        using CheckpointSource source = new([path], rename: key => key == "v" ? null : $"net.{key}");
        source.Take("net.w", [2, 1], ParameterInit.Normal).Dispose();
        source.Take("net.b", [1], ParameterInit.Normal).Dispose();
        source.ThrowIfLeftOver();
    }

    [Fact]
    public void A_key_that_stands_in_two_files_is_refused()
    {
        var twin = folder.Write("twin.safetensors", File.ReadAllBytes(path));
        var message = Assert.Throws<BrokenInputException>(() => new CheckpointSource([path, twin])).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(twin, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text_model.embeddings.token_embedding.weight", "text_model.embeddings.token_embedding.weight")]
    [InlineData("embeddings.token_embedding.weight", "text_model.embeddings.token_embedding.weight")]
    [InlineData("final_layer_norm.bias", "text_model.final_layer_norm.bias")]
    [InlineData("text_projection.weight", "text_projection.weight")]
    [InlineData("text_model.embeddings.position_ids", null)]
    [InlineData("embeddings.position_ids", null)]
    public void The_text_encoders_keys_are_understood_in_every_age(string key, string? expected) =>
        Assert.Equal(expected, CheckpointKeys.ClipText(key));
}
