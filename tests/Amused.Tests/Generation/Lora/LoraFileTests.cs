using System.Text.Json.Nodes;
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
        Assert.All(SafetensorsFile.Open(folder[LoraFile.PeftName]).Entries.Keys, key =>
            Assert.StartsWith("base_model.model.transformer_layers.0.", key));
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
        Save(LoraFile.PeftName, TinyLora.OfTransformer(rank: 4, alpha: 8),
            TinyLora.OfTransformer(rank: 4, alpha: 8, layer: "transformer_layers.1.attn1.to_q"), TinyLora.OfTextTower(rank: 2, alpha: 3));
        DropMetadata(LoraFile.PeftName);
        Assert.Equal([3, 8, 8], LoraFile.Open(folder.Path).Layers.Select(layer => layer.Alpha).Order());
    }

    [Theory]
    [InlineData("""{"r": 4, "lora_alpha": 16}""", 16.0, 4.0)]
    [InlineData("""{"r": 8, "lora_alpha": 16, "rank_pattern": {"attn1.to_q": 4}, "alpha_pattern": {"transformer_layers.0.*": 2}}""", 2.0,
        0.5)]
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
    [InlineData("unet.X.lora.down.weight", "unet.X.lora.up.weight", "transformer")]
    public void Keys_of_other_ages_are_known(string down, string up, string? component)
    {
        const string Name = "a.0.to_q";
        WriteTensors((down.Replace("X", Name), [2, 8]), (up.Replace("X", Name), [6, 2]), ($"{down[..down.IndexOf('X')]}{Name}.alpha", []));
        var layer = LoraFile.Open(folder["x.safetensors"]).Layers.Single();
        Assert.Equal((component, Name, 2L, 8L, 6L, 1.0),
            (layer.Component, layer.Name, layer.Rank, layer.Inputs, layer.Outputs, layer.Alpha));
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
    [InlineData("lora_unet_a_to_q.hada_w1_a", "LoHa")]
    [InlineData("lora_unet_a_to_q.lokr_w1", "LoKr")]
    [InlineData("lora_unet_a_to_q.lokr_w2_b", "LoKr")]
    [InlineData("lora_unet_a_to_q.dora_scale", "DoRA")]
    [InlineData("base_model.model.a.to_q.lora_magnitude_vector.weight", "DoRA")]
    [InlineData("lora_unet_a_conv.lora_mid.weight", "Tucker")]
    [InlineData("base_model.model.a.to_q.lora_B.bias", "lora_bias")]
    [InlineData("base_model.model.a.embed.lora_embedding_A", "embeddings")]
    [InlineData("oft_unet_a_to_q.oft_blocks", "OFT")]
    [InlineData("lora_unet_a_norm.w_norm", "norms")]
    [InlineData("lora_unet_a_to_q.diff_b", "differences")]
    [InlineData("base_model.model.project_to_hidden.modules_to_save.weight", "modules_to_save")]
    [InlineData("base_model.model.project_to_hidden.weight", "modules_to_save")]
    public void Adapters_of_other_kinds_are_refused_by_their_names(string key, string name)
    {
        WriteTensors(("a.to_q.lora_A.weight", [2, 8]), ("a.to_q.lora_B.weight", [6, 2]), (key, [6]));
        var refusal = Refusal(folder["x.safetensors"]);
        Assert.Contains($"\"{key}\"", refusal);
        Assert.Contains(name, refusal);
    }

    [Fact]
    public void An_adapter_that_PEFT_started_from_the_weights_own_parts_is_refused_with_the_way_out()
    {
        var refusal = Refusal(Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "lora", "pissa"));
        Assert.Contains("adapter_config.json: this LoRA can't be used: init_lora_weights is \"pissa\"", refusal);
        Assert.Contains("path_initial_model_for_weight_conversion", refusal);
    }

    [Theory]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"")]
    [InlineData("init_lora_weights", "\"olora\"")]
    [InlineData("init_lora_weights", "\"corda\"")]
    [InlineData("init_lora_weights", "\"loftq\"")]
    [InlineData("init_lora_weights", "\"lora_ga\"")]
    [InlineData("init_lora_weights", "\"something new\"")]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"lora_only\"")]
    [InlineData("bias", "\"all\"")]
    [InlineData("lora_bias", "true")]
    [InlineData("modules_to_save", "[\"norm\"]")]
    [InlineData("target_parameters", "[\"experts.weight\"]")]
    [InlineData("trainable_token_indices", "[1, 2]")]
    [InlineData("layer_replication", "[[0, 2], [1, 3]]")]
    [InlineData("use_qalora", "true")]
    [InlineData("use_bdlora", "{\"target_modules_bd_a\": [\"to_q\"]}")]
    [InlineData("alora_invocation_tokens", "[5]")]
    [InlineData("arrow_config", "{\"top_k\": 2}")]
    [InlineData("megatron_config", "{\"a\": 1}")]
    [InlineData("loftq_config", "{\"loftq_bits\": 4}")]
    [InlineData("corda_config", "{\"corda_method\": \"ipm\"}")]
    [InlineData("lora_ga_config", "{\"direction\": \"ArB2r\"}")]
    [InlineData("kasa_config", "{\"beta\": 1}")]
    [InlineData("monteclora_config", "{\"n\": 1}")]
    [InlineData("velora_config", "{\"n\": 1}")]
    [InlineData("peft_type", "\"LOHA\"")]
    [InlineData("layers_to_transform", "[1, 2]")]
    [InlineData("layers_to_transform", "3")]
    [InlineData("exclude_modules", "[\"to_q\"]")]
    [InlineData("exclude_modules", "\".*attn1.*\"")]
    public void A_configuration_that_changes_the_meaning_is_refused_by_its_key(string key, string value)
    {
        foreach (var isBeside in new[] { true, false })
        {
            var refusal = Assert.Throws<BrokenInputException>(() => Configured(isBeside, key, value)).Message;
            Assert.Contains(key, refusal);
            Assert.DoesNotContain('\n', refusal);
        }
    }

    [Theory]
    [InlineData("init_lora_weights", "false")]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("init_lora_weights", "\"eva\"")]
    [InlineData("init_lora_weights", "\"orthogonal\"")]
    [InlineData("eva_config", "{\"rho\": 2.0}")]
    [InlineData("fan_in_fan_out", "true")] // PEFT takes it back for linear layers
    [InlineData("target_modules", "\".*to_q\"")]
    [InlineData("layers_to_transform", "[0]")]
    [InlineData("layers_to_transform", "0")]
    [InlineData("exclude_modules", "[\"to_k\", \"q\"]")]
    [InlineData("exclude_modules", "\"attn1\"")]
    [InlineData("runtime_config", "{\"ephemeral_gpu_offload\": false}")]
    public void A_configuration_that_says_how_it_was_trained_changes_nothing(string key, string value)
    {
        foreach (var isBeside in new[] { true, false })
        {
            var file = Configured(isBeside, key, value);
            Assert.Equal(2.0, file.Layers.Single().Scale(null));
            Assert.Empty(file.Notices);
        }
    }

    [Fact]
    public void A_key_that_is_not_known_is_told_of()
        => Assert.Contains("\"use_something\", which isn't known",
            Assert.Single(Configured(isBeside: true, "use_something", "{\"a\": 1}").Notices));

    [Fact]
    public void Layers_are_counted_after_the_words_that_the_configuration_gives()
    {
        Save(LoraFile.DiffusersName, TinyLora.OfTransformer());
        DropMetadata(LoraFile.DiffusersName);
        folder.Write("adapter_config.json", """{"r": 4, "lora_alpha": 8, "layers_to_transform": [0], "layers_pattern": ["blocks"]}""");
        Assert.Contains("layers_to_transform", Refusal(folder.Path));
        folder.Write("adapter_config.json",
            """{"r": 4, "lora_alpha": 8, "layers_to_transform": [0], "layers_pattern": "transformer_layers"}""");
        Assert.Single(LoraFile.Open(folder.Path).Layers);
    }

    /// <summary>
    /// A LoRA of rank 4 and alpha 8 over one layer, with all of PEFT's keys at their defaults but one, beside the file or in its metadata.
    /// </summary>
    private LoraFile Configured(bool isBeside, string key, string value)
    {
        var config = JsonNode.Parse("""
            {
              "alora_invocation_tokens": null, "alpha_pattern": {}, "arrow_config": null, "auto_mapping": {"base_model_class": "UVit2DModel"},
              "base_model_name_or_path": null, "bias": "none", "corda_config": null, "ensure_weight_tying": false, "eva_config": null,
              "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true, "kasa_config": null,
              "layer_replication": null, "layers_pattern": null, "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 8,
              "lora_bias": false, "lora_dropout": 0.0, "lora_ga_config": null, "megatron_config": null, "megatron_core": "megatron.core",
              "modules_to_save": null, "monteclora_config": null, "peft_type": "LORA", "peft_version": "0.21.2", "qalora_group_size": 16, "r": 4,
              "rank_pattern": {}, "revision": null, "target_modules": ["to_q"], "target_parameters": null, "task_type": null,
              "trainable_token_indices": null, "use_bdlora": null, "use_dora": false, "use_qalora": false, "use_rslora": false, "velora_config": null
            }
            """)!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.Delete(folder["adapter_config.json"]);
        if (isBeside)
        {
            Rewrite(LoraFile.PeftName, [TinyLora.OfTransformer(rank: 4)], []);
            folder.Write("adapter_config.json", config.ToJsonString());
            return LoraFile.Open(folder[LoraFile.PeftName]);
        }
        JsonObject named = new(config.Select(pair => KeyValuePair.Create($"transformer.{pair.Key}", pair.Value?.DeepClone())));
        Rewrite(LoraFile.DiffusersName, [TinyLora.OfTransformer(rank: 4)], new() { ["lora_adapter_metadata"] = named.ToJsonString() });
        return LoraFile.Open(folder[LoraFile.DiffusersName]);
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
        SafetensorsWriter.Write(folder["x.safetensors"],
            tensors.Select(tensor => SafetensorsTensor.Of(tensor.Name, SafetensorsDtype.F32, tensor.Shape, Ones(tensor.Shape))));

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
