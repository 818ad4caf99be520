using System.Text.Json.Nodes;
using Amused.Lora;
using Amused.Runtime;
using Amused.Tests.Lora;
using Amused.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests;

public sealed class Int8Tests : IDisposable
{
    private static readonly TextToImageRequest Request = new("a dog") { Seed = 3, Steps = 4 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tiny256")]
    [InlineData("tiny512")]
    public void Logits_in_bytes_point_where_those_in_float32_do(string model)
    {
        var source = Path.Combine(Path.GetDirectoryName(TinyPipeline.Folder256)!, model);
        Assert.InRange(Cosine(Logits(source, Precision.Float32), Logits(source, Precision.Int8)), 0.995, 1.0001);
    }

    // 17 × 17 tokens have more attention scores than are written out.
    [Theory]
    [InlineData(Precision.Int8, null)]
    [InlineData(Precision.BFloat16, null)]
    [InlineData(Precision.Int8, 17)]
    [InlineData(Precision.BFloat16, 17)]
    public void Fused_kernels_give_what_the_layers_give_one_by_one(Precision precision, int? side)
    {
        using var scope = NewDisposeScope();
        using var models = LoadedModels.Load(TinyPipeline.Folder256, null, precision, CPU);
        var fused = Predict(models, side);
        models.Transformer.Hook = (_, part, inputs) => part(inputs);
        Assert.InRange(Cosine(Predict(models, side), fused), 0.9985, 1.0001);
    }

    [Fact]
    public void A_quantised_checkpoint_gives_the_tokens_of_one_that_is_quantised_as_it_is_read()
    {
        CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"]);
        using var read = TinyPipeline.Load256(Precision.Int8);
        foreach (var precision in new[] { Precision.Int8, Precision.Auto })
        {
            using var saved = AmusedPipeline.FromPretrained(folder["q"], new() { Precision = precision });
            Assert.Equal(read.Precision, saved.Precision);
            Assert.Equal(read.Tokens(Request), saved.Tokens(Request));
        }
    }

    [Fact]
    public void Matrices_are_kept_as_bytes_with_a_scale_for_each_output_and_all_else_in_bf16()
    {
        CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"]);
        var file = SafetensorsFile.Open(Path.Combine(folder["q"], "transformer", "diffusion_pytorch_model.safetensors"));
        var query = file["transformer_layers.0.attn1.to_q.weight"];
        Assert.Equal(SafetensorsDtype.I8, query.Dtype);
        Assert.Equal([query.Shape[0]], file["transformer_layers.0.attn1.to_q.weight_scale"].Shape);
        Assert.Equal(SafetensorsDtype.BF16, file["embed.embeddings.weight"].Dtype);
        Assert.Equal(SafetensorsDtype.BF16, file["mlm_layer.conv2.weight"].Dtype);
        Assert.Contains("quantization_config", File.ReadAllText(Path.Combine(folder["q"], "transformer", "config.json")));
    }

    [Fact]
    public void A_quantised_checkpoint_can_be_computed_with_in_float32()
    {
        CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"]);
        Assert.InRange(Cosine(Logits(TinyPipeline.Folder256, Precision.Float32), Logits(folder["q"], Precision.Float32)), 0.998, 1.0001);
    }

    [Fact]
    public void A_pipeline_in_bytes_is_saved_as_bytes()
    {
        using (var pipeline = TinyPipeline.Load256(Precision.Int8))
            pipeline.Save(folder["once"]);
        using (var again = AmusedPipeline.FromPretrained(folder["once"], new() { Precision = Precision.Int8 }))
            again.Save(folder["twice"]);
        string PathOf(string name) => Path.Combine(folder[name], "transformer", "diffusion_pytorch_model.safetensors");
        Assert.SkipUnless(Processor.HasVnni, "weights are in float32 here");
        Assert.Equal(File.ReadAllBytes(PathOf("once")), File.ReadAllBytes(PathOf("twice")));
    }

    [Fact]
    public void Defaults_that_are_given_are_saved_beside_bytes()
    {
        using var pipeline = TinyPipeline.Load256(Precision.Int8);
        Assert.SkipUnless(pipeline.Precision == Precision.Int8, "weights are in float32 here");
        pipeline.Save(folder["tuned"], defaults: new() { Steps = 3 });
        Assert.Equal(3, GenerationDefaults.Read(folder["tuned"]).Steps);
    }

    [Fact]
    public void What_is_quantised_or_not_empty_is_refused_and_left_as_it_is()
    {
        CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"]);
        Assert.Contains("already",
            Assert.Throws<InvalidRequestException>(() => CheckpointQuantizer.Quantize(folder["q"], folder["again"])).Message);
        Assert.False(Directory.Exists(folder["again"]));
        Assert.Contains("not empty",
            Assert.Throws<InvalidRequestException>(() => CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"])).Message);
        Assert.True(File.Exists(Path.Combine(folder["q"], "model_index.json")));
    }

    [Fact]
    public void A_checkpoint_that_does_not_load_is_not_quantised_either()
    {
        CopyOf256("more");
        var config = Path.Combine(folder["more"], "transformer", "config.json");
        var layers = (int)JsonNode.Parse(File.ReadAllText(config))!["num_hidden_layers"]!;
        File.WriteAllText(config, File.ReadAllText(config)
            .Replace($"\"num_hidden_layers\": {layers}", $"\"num_hidden_layers\": {layers - 1}", StringComparison.Ordinal));
        Assert.Contains("left-over key",
            Assert.Throws<BrokenInputException>(() => CheckpointQuantizer.Quantize(folder["more"], folder["q"])).Message);
        Assert.False(Directory.Exists(folder["q"]));
    }

    [Fact]
    public void A_stopped_quantisation_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() =>
            CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"], cancellation: new(canceled: true)));
        Assert.False(Directory.Exists(folder["q"]));
    }

    [Fact]
    public void A_LoRA_works_beside_bytes_and_is_not_fused_into_them()
    {
        using var pipeline = TinyPipeline.Load256(Precision.Int8);
        Assert.SkipUnless(pipeline.Precision == Precision.Int8, "weights are in float32 here");
        var before = pipeline.Tokens(Request);
        LoraWriter.Write(Path.Combine(folder["lora"], LoraFile.DiffusersName), [TinyLora.OfTransformer(alpha: 400)]);
        var lora = pipeline.LoadLora(folder["lora"]);
        Assert.NotEqual(before, pipeline.Tokens(Request));
        Assert.Contains("int8", Assert.Throws<InvalidRequestException>(pipeline.FuseLoras).Message);
        pipeline.UnloadLora(lora);
        Assert.Equal(before, pipeline.Tokens(Request));
    }

    [Fact]
    public void Random_weights_are_not_made_in_bytes() =>
        Assert.Throws<InvalidRequestException>(() =>
            CheckpointInit.Create(folder["new"], CheckpointConfig.Published256, precision: Precision.Int8));

    [Fact]
    [Trait("Category", "Long")]
    public void Logits_of_a_full_size_model_in_bytes_point_where_those_in_float32_do()
    {
        CheckpointInit.Create(folder["full"], CheckpointConfig.Published256);
        Assert.InRange(Cosine(Logits(folder["full"], Precision.Float32), Logits(folder["full"], Precision.Int8)), 0.995, 1.0001);
    }

    private void CopyOf256(string name)
    {
        foreach (var file in Directory.EnumerateFiles(TinyPipeline.Folder256, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder[name], Path.GetRelativePath(TinyPipeline.Folder256, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The logits of one pass over a grid of which half is known.</summary>
    private static float[] Logits(string folder, Precision precision)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var models = LoadedModels.Load(folder, null, precision, CPU);
        return Predict(models);
    }

    private static float[] Predict(LoadedModels models, int? side = null)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (config, random) = (models.Transformer.Config, new Generator(11));
        Tensor Numbers(params long[] shape) => randn(shape, generator: random).to(models.ComputeType);
        var condition = models.Transformer.Prepare(Numbers(2, 77, config.EncoderHiddenSize), Numbers(2, config.CondEmbedDim),
            tensor(new float[] { 256, 256, 0, 0, 6, 256, 256, 0, 0, 6 }, [2, 5]));
        long[] shape = [2, side ?? config.SampleSize, side ?? config.SampleSize];
        var ids = (rand(shape, generator: random) * config.CodebookSize).to(ScalarType.Int64);
        ids = ids.masked_fill(rand(shape, generator: random) < 0.5, config.VocabSize - 1);
        return models.Transformer.Forward(ids, condition).to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    private static double Cosine(float[] a, float[] b)
    {
        double product = 0, left = 0, right = 0;
        foreach (var (x, y) in a.Zip(b))
            (product, left, right) = (product + (double)x * y, left + (double)x * x, right + (double)y * y);
        return product / Math.Sqrt(left * right);
    }
}
