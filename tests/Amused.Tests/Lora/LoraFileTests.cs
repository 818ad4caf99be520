using Amused.Lora;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Lora;

public sealed class LoraFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(LoraFile.DiffusersName)]
    [InlineData(LoraFile.PeftName)]
    [InlineData("style.safetensors")]
    public void What_is_saved_is_loaded(string name)
    {
        using var scope = NewDisposeScope();
        LoraTensors[] saved = [TinyLora.OfTransformer(rank: 4, alpha: 8), TinyLora.OfTextTower(rank: 2, alpha: 3.5)];
        LoraWriter.Write(folder[name], saved);
        var file = LoraFile.Open(folder[name]);
        Assert.Equal(2, file.Layers.Count);
        foreach (var expected in saved)
        {
            var layer = file.Layers.Single(layer => layer.Name == expected.Layer);
            Assert.Equal(name == LoraFile.PeftName ? null : expected.Component, layer.Component);
            Assert.Equal((expected.Rank, expected.Alpha), (layer.Rank, layer.Alpha));
            var (down, up) = file.Read(layer, CPU);
            Assert.True(down.equal(expected.Down).all().item<bool>() && up.equal(expected.Up).all().item<bool>());
            down.Dispose();
            up.Dispose();
        }
    }

    [Fact]
    public void Keys_are_those_of_the_Python_side()
    {
        Save(LoraFile.DiffusersName, TinyLora.OfTransformer());
        Save(LoraFile.PeftName, TinyLora.OfTransformer());
        Assert.Equal(
            ["transformer.transformer_layers.0.attn1.to_q.lora_A.weight", "transformer.transformer_layers.0.attn1.to_q.lora_B.weight"],
            SafetensorsFile.Open(folder[LoraFile.DiffusersName]).Entries.Keys);
        Assert.All(SafetensorsFile.Open(folder[LoraFile.PeftName]).Entries.Keys, key => Assert.StartsWith("base_model.model.transformer_layers.0.", key));
    }

    [Fact]
    public void A_folder_stands_for_the_file_in_it()
    {
        Save(LoraFile.PeftName, TinyLora.OfTransformer());
        Assert.Equal(folder[LoraFile.PeftName], LoraFile.Open(folder.Path).Path);
        File.Delete(folder[LoraFile.PeftName]);
        Assert.Contains($"neither {LoraFile.DiffusersName} nor {LoraFile.PeftName}", Refusal(folder.Path));
    }

    [Fact]
    public void Alpha_is_read_from_the_metadata_alone()
    {
        Save(LoraFile.DiffusersName, TinyLora.OfTransformer(alpha: 8), TinyLora.OfTextTower(alpha: 3));
        File.Delete(folder["adapter_config.json"]);
        Assert.Equal([3, 8], LoraFile.Open(folder.Path).Layers.Select(layer => layer.Alpha).Order());
    }

    [Fact]
    public void Alpha_is_read_from_the_configuration_beside_the_file_alone()
    {
        Save(LoraFile.PeftName, TinyLora.OfTransformer(rank: 4, alpha: 8), TinyLora.OfTransformer(rank: 4, alpha: 8, layer: "transformer_layers.1.attn1.to_q"), TinyLora.OfTextTower(rank: 2, alpha: 3));
        DropMetadata(LoraFile.PeftName);
        Assert.Equal([3, 8, 8], LoraFile.Open(folder.Path).Layers.Select(layer => layer.Alpha).Order());
    }

    [Theory]
    [InlineData("""{"r": 4, "lora_alpha": 16}""", 16.0, 4.0)]
    [InlineData("""{"r": 8, "lora_alpha": 16, "rank_pattern": {"attn1.to_q": 4}, "alpha_pattern": {"transformer_layers.0.*": 2}}""", 2.0, 0.5)]
    [InlineData("""{"r": 4, "lora_alpha": 16, "use_rslora": true}""", 16.0, 8.0)]
    [InlineData("""{"r": 16, "lora_alpha": 16}""", null, 1.0)] // another file's
    [InlineData("""{}""", null, 1.0)]
    public void The_configuration_gives_a_layer_its_scale(string json, double? alpha, double scale)
    {
        Save(LoraFile.DiffusersName, TinyLora.OfTransformer(rank: 4));
        DropMetadata(LoraFile.DiffusersName);
        folder.Write("adapter_config.json", json);
        var layer = LoraFile.Open(folder.Path).Layers.Single();
        Assert.Equal((alpha, scale), (layer.Alpha, layer.Scale(null)));
    }

    [Theory]
    [InlineData("lora_adapter_metadata", """{"r": 4, "lora_alpha": 6}""")]
    [InlineData("lora_adapter_metadata", """{"transformer.r": 4, "transformer.lora_alpha": 6, "text_encoder.lora_alpha": 7}""")]
    [InlineData("lora_alpha", "6")]
    [InlineData("ss_network_alpha", "6.0")]
    public void Alpha_may_stand_in_the_metadata_in_several_words(string key, string value)
    {
        Rewrite(LoraFile.DiffusersName, [TinyLora.OfTransformer(rank: 4)], new() { [key] = value });
        Assert.Equal(6, LoraFile.Open(folder.Path).Layers.Single().Alpha);
    }

    [Theory]
    [InlineData("transformer.base_model.model.X.lora_A.weight", "transformer.base_model.model.X.lora_B.weight", "transformer")]
    [InlineData("base_model.model.X.lora_A.default.weight", "base_model.model.X.lora_B.default.weight", null)]
    [InlineData("transformer.X.lora.down.weight", "transformer.X.lora.up.weight", "transformer")]
    [InlineData("text_encoder.X.lora_linear_layer.down.weight", "text_encoder.X.lora_linear_layer.up.weight", "text_encoder")]
    [InlineData("X.lora_down.weight", "X.lora_up.weight", null)]
    public void Keys_of_other_ages_are_known(string down, string up, string? component)
    {
        const string Name = "a.0.to_q";
        WriteTensors((down.Replace("X", Name), [2, 8]), (up.Replace("X", Name), [6, 2]), ($"{down[..down.IndexOf('X')]}{Name}.alpha", []));
        var layer = LoraFile.Open(folder["x.safetensors"]).Layers.Single();
        Assert.Equal((component, Name, 2L, 8L, 6L, 1.0), (layer.Component, layer.Name, layer.Rank, layer.Inputs, layer.Outputs, layer.Alpha));
    }

    [Fact]
    public void Matrices_of_1_by_1_convolutions_are_read_as_matrices()
    {
        WriteTensors(("a.lora_A.weight", [2, 8, 1, 1]), ("a.lora_B.weight", [6, 2, 1, 1]));
        var file = LoraFile.Open(folder["x.safetensors"]);
        var (down, up) = file.Read(file.Layers.Single(), CPU);
        Assert.Equal([2L, 8L], down.shape);
        Assert.Equal([6L, 2L], up.shape);
        down.Dispose();
        up.Dispose();
    }

    [Fact]
    public void Half_a_layer_is_refused_and_named()
    {
        WriteTensors(("a.to_q.lora_A.weight", [2, 8]));
        Assert.Contains("\"a.to_q\" has only one of its two matrices", Refusal(folder["x.safetensors"]));
    }

    [Theory]
    [InlineData(new long[] { 2, 8 }, new long[] { 6, 3 })]
    [InlineData(new long[] { 0, 8 }, new long[] { 6, 0 })]
    [InlineData(new long[] { 2, 8, 3, 3 }, new long[] { 6, 2, 1, 1 })]
    [InlineData(new long[] { 16 }, new long[] { 6, 2 })]
    public void Matrices_that_do_not_go_together_are_refused(long[] down, long[] up)
    {
        WriteTensors(("a.to_q.lora_A.weight", down), ("a.to_q.lora_B.weight", up));
        Assert.Contains("\"a.to_q\" do not go together", Refusal(folder["x.safetensors"]));
    }

    [Fact]
    public void A_key_of_another_kind_is_refused_and_named()
    {
        WriteTensors(("a.to_q.lora_A.weight", [2, 8]), ("a.to_q.lora_B.weight", [6, 2]), ("a.to_q.lora_magnitude_vector", [6]));
        Assert.Contains("\"a.to_q.lora_magnitude_vector\" is none of a LoRA", Refusal(folder["x.safetensors"]));
    }

    [Theory]
    [InlineData("not json", "is not valid JSON")]
    [InlineData("""{"lora_alpha": "much"}""", "\"lora_alpha\" should be a number")]
    [InlineData("""{"lora_alpha": 1, "alpha_pattern": {"(": 2}}""", "\"(\" is no regular expression")]
    public void A_configuration_that_cannot_be_read_is_refused_and_named(string json, string message)
    {
        Save(LoraFile.PeftName, TinyLora.OfTransformer());
        folder.Write("adapter_config.json", json);
        var refusal = Refusal(folder.Path);
        Assert.Contains("adapter_config.json", refusal);
        Assert.Contains(message, refusal);
    }

    [Fact]
    public void A_missing_an_empty_and_a_cut_file_are_refused()
    {
        Assert.Contains("there is no such file", Refusal(folder["missing.safetensors"]));
        WriteTensors();
        Assert.Contains("no tensors", Refusal(folder["x.safetensors"]));
        Save(LoraFile.PeftName, TinyLora.OfTransformer());
        folder.Write("cut.safetensors", File.ReadAllBytes(folder[LoraFile.PeftName])[..^10]);
        Assert.Contains("cut.safetensors", Refusal(folder["cut.safetensors"]));
    }

    private static string Refusal(string path)
    {
        var message = Assert.Throws<BrokenInputException>(() => LoraFile.Open(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private void Save(string name, params LoraTensors[] layers)
    {
        LoraWriter.Write(folder[name], layers);
        Free(layers);
    }

    private void DropMetadata(string name)
    {
        var path = folder[name];
        using MappedTensors tensors = new(SafetensorsFile.Open(path));
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, [.. tensors.File.Entries.Keys.Select(key => SafetensorsTensor.Of(key, tensors.Read(key)))]);
    }

    private void Rewrite(string name, LoraTensors[] layers, Dictionary<string, string> metadata)
    {
        SafetensorsWriter.Write(folder[name], layers.SelectMany(layer => new[]
        {
            SafetensorsTensor.Of($"{layer.Component}.{layer.Layer}.lora_A.weight", layer.Down),
            SafetensorsTensor.Of($"{layer.Component}.{layer.Layer}.lora_B.weight", layer.Up),
        }), metadata);
        Free(layers);
    }

    private void WriteTensors(params (string Name, long[] Shape)[] tensors) =>
        SafetensorsWriter.Write(folder["x.safetensors"], tensors.Select(tensor => SafetensorsTensor.Of(tensor.Name, SafetensorsDtype.F32, tensor.Shape, Ones(tensor.Shape))));

    private static float[] Ones(long[] shape) => [.. Enumerable.Repeat(1f, (int)shape.Aggregate(1L, (product, side) => product * side))];

    private static void Free(LoraTensors[] layers)
    {
        foreach (var layer in layers)
        {
            layer.Down.Dispose();
            layer.Up.Dispose();
        }
    }
}
