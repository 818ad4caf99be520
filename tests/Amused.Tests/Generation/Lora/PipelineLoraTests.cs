using Amused.Lora;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Weights;
using Xunit;

namespace Amused.Tests.Lora;

public sealed class PipelineLoraTests : IDisposable
{
    private static readonly TextToImageRequest Request = new("a dog") { Seed = 3, Steps = 4 };

    private readonly TemporaryFolder folder = new();
    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    public void Dispose()
    {
        pipeline.Dispose();
        folder.Dispose();
    }

    private TokenGrid Tokens => pipeline.Tokens(Request).Single();

    private float[] Pooled => pipeline.EncodePrompts("a dog").Pooled[0];

    [Fact]
    public void A_LoRA_changes_the_tokens_and_unloading_it_gives_the_same_as_before()
    {
        var before = Tokens;
        var lora = pipeline.LoadLora(Strong());
        Assert.NotEqual(before, Tokens);
        Assert.Equal([lora], pipeline.Loras);
        pipeline.UnloadLora(lora);
        Assert.Equal(before, Tokens);
        Assert.Empty(pipeline.Loras);
    }

    [Fact]
    public void LoRAs_are_not_changed_in_the_midst_of_a_picture()
    {
        var path = Strong();
        Assert.Throws<InvalidOperationException>(() => pipeline.Tokens(Request with { OnStep = _ => pipeline.LoadLora(path) }));
        Assert.Empty(pipeline.Loras);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void A_fused_LoRA_comes_out_of_the_weights_exactly(Precision precision)
    {
        using var other = TinyPipeline.Load256(precision);
        var before = Weights(other, "before");
        var first = other.LoadLora(Strong());
        other.LoadLora(Text());
        other.FuseLoras();
        Assert.NotEqual(before, Weights(other, "fused"));
        other.UnloadLora(first);
        Assert.Equal([true], other.Loras.Select(lora => lora.IsFused));
        other.UnfuseLoras();
        Assert.Equal(before, Weights(other, "after"));
        Assert.Equal([false], other.Loras.Select(lora => lora.IsFused));
    }

    [Fact]
    public void A_fused_LoRA_is_saved_with_the_weights()
    {
        pipeline.LoadLora(Text());
        var pooled = Pooled;
        pipeline.FuseLoras();
        pipeline.Save(folder["saved"]);
        using var saved = TinyPipeline.Load(folder["saved"]);
        AssertClose(pooled, saved.EncodePrompts("a dog").Pooled[0]);
        AssertClose(pooled, Pooled);
    }

    [Theory]
    [InlineData("lora_unet_transformer_layers_0_attn1_to_q", ".lora_down.weight", ".lora_up.weight")]
    [InlineData("unet.transformer_layers.0.attn1.processor.to_q_lora", ".down.weight", ".up.weight")]
    [InlineData("transformer.transformer_layers.0.attn1.to_q", ".lora.down.weight", ".lora.up.weight")]
    public void Names_of_other_programs_lead_to_the_same_layers(string layer, string down, string up)
    {
        var tensors = TinyLora.OfTransformer(rank: 4, alpha: 90);
        LoraWriter.Write(folder["plain.safetensors"], [tensors]);
        SafetensorsWriter.Write(folder["other/lora.safetensors"], [
            SafetensorsTensor.Of($"{layer}{down}", tensors.Down), SafetensorsTensor.Of($"{layer}{up}", tensors.Up),
            SafetensorsTensor.Of($"{layer}.alpha", TorchSharp.torch.tensor(90f))]);
        var before = Tokens;
        var plain = pipeline.LoadLora(folder["plain.safetensors"]);
        var expected = Tokens;
        Assert.NotEqual(before, expected);
        pipeline.UnloadLora(plain);
        pipeline.LoadLora(folder["other/lora.safetensors"]);
        Assert.Equal(expected, Tokens);
        tensors.Down.Dispose();
        tensors.Up.Dispose();
    }

    [Fact]
    public void Kohyas_names_of_the_text_tower_lead_to_its_layers()
    {
        var tensors = TinyLora.OfTextTower();
        LoraWriter.Write(folder["plain.safetensors"], [tensors]);
        SafetensorsWriter.Write(folder["other/lora.safetensors"], [
            SafetensorsTensor.Of("lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight", tensors.Down),
            SafetensorsTensor.Of("lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight", tensors.Up),
            SafetensorsTensor.Of("lora_te_text_model_encoder_layers_0_self_attn_q_proj.alpha",
                TorchSharp.torch.tensor((float)tensors.Alpha))]);
        var before = Pooled;
        var plain = pipeline.LoadLora(folder["plain.safetensors"]);
        var expected = Pooled;
        Assert.NotEqual(before, expected);
        pipeline.UnloadLora(plain);
        pipeline.LoadLora(folder["other/lora.safetensors"]);
        Assert.Equal(expected, Pooled);
        tensors.Down.Dispose();
        tensors.Up.Dispose();
    }

    [Fact]
    public void A_LoRA_of_another_model_is_refused_with_both_shapes()
    {
        LoraTensors[] others = [TinyLora.Random("transformer", TinyLora.TransformerLayer, 96, 64, 4, 8),
            TinyLora.Random("transformer", "transformer_layers.40.attn1.to_q", 96, 96, 4, 8)];
        var messages = others.Select(other =>
        {
            LoraWriter.Write(folder["other.safetensors"], [other]);
            return Assert.Throws<BrokenInputException>(() => pipeline.LoadLora(folder["other.safetensors"])).Message;
        }).ToList();
        Assert.Contains($"the layer \"{TinyLora.TransformerLayer}\" is [64, 96] there, in this model [64, 64]", messages[0],
            StringComparison.Ordinal);
        Assert.Contains(
            "no linear layer \"transformer_layers.40.attn1.to_q\" [96, 96]; near names are transformer_layers.0.attn1.to_q [64, 64]",
            messages[1], StringComparison.Ordinal);
        Assert.Empty(pipeline.Loras);
        foreach (var other in others)
        {
            other.Down.Dispose();
            other.Up.Dispose();
        }
    }

    [Fact]
    public void Several_LoRAs_add_up_each_with_its_strength()
    {
        var plain = Pooled;
        pipeline.LoadLora(Text(), scale: 0.75);
        var second = pipeline.LoadLora(Text(), scale: -0.25);
        var both = Pooled;
        foreach (var lora in pipeline.Loras)
            pipeline.UnloadLora(lora);
        pipeline.LoadLora(Text(), scale: 0.5);
        AssertClose(Pooled, both);
        Assert.False(plain.SequenceEqual(both));
        Assert.Throws<InvalidRequestException>(() => pipeline.UnloadLora(second));
    }

    [Fact]
    public void A_LoRA_of_scale_0_changes_nothing()
    {
        var before = Pooled;
        pipeline.LoadLora(Text(), scale: 0);
        Assert.Equal(before, Pooled);
    }

    [Fact]
    public void A_missing_alpha_is_said_and_taken_to_be_the_rank_unless_it_is_given()
    {
        var told = Assert.Single(pipeline.LoadLora(TinyLora.Golden256).Notices);
        Assert.Contains("does not say its alpha; its rank, 4, is taken", told);
        Assert.Empty(pipeline.LoadLora(TinyLora.Golden256, alpha: 8).Notices);
        Assert.Empty(pipeline.LoadLora(Text()).Notices);
        Assert.Contains("keeps its own alpha", Assert.Single(pipeline.LoadLora(Text(), alpha: 8).Notices));
    }

    [Fact]
    public void Half_the_strength_is_that_of_half_the_alpha()
    {
        pipeline.LoadLora(TinyLora.Golden256, scale: 0.5, alpha: 8);
        var half = pipeline.Generate(Request).Images[0].Tokens;
        pipeline.UnloadLora(pipeline.Loras[0]);
        pipeline.LoadLora(TinyLora.Golden256);
        Assert.Equal(half, Tokens);
    }

    [Fact]
    public void A_LoRA_for_another_model_is_refused_with_a_layer_and_both_shapes()
    {
        var before = Tokens;
        var message = Refusal(TinyLora.Golden512);
        Assert.Contains("no linear layer \"down_block.attention_blocks.2.attn1.to_k\"", message);
        Assert.Contains("down_block.attention_blocks.0.attn1.to_k", message);
        message = Refusal(Save(TinyLora.Random("transformer", TinyLora.TransformerLayer, 48, 64, 4, 8)));
        Assert.Contains("for another model: the layer \"transformer_layers.0.attn1.to_q\" is [64, 48] there, in this model [64, 64]",
            message);
        Assert.Equal(before, Tokens);
        Assert.Empty(pipeline.Loras);
    }

    [Fact]
    public void A_layer_that_is_not_there_is_refused_with_near_names()
    {
        var message = Refusal(Save(TinyLora.Random("text_encoder", "text_model.encoder.layers.0.self_attn.to_q", 32, 32, 2, 2)));
        Assert.Contains("near names are text_model.encoder.layers.0.self_attn.", message);
    }

    [Fact]
    public void A_LoRA_without_component_finds_the_network_by_its_layers_names()
    {
        var text = Path.Combine(Text(), LoraFile.DiffusersName);
        pipeline.LoadLora(text);
        var expected = Pooled;
        pipeline.UnloadLora(pipeline.Loras[0]);
        pipeline.LoadLora(Save(LoraFile.PeftName, TinyLora.OfTextTower(alpha: 40)));
        Assert.Equal(expected, Pooled);
    }

    [Theory]
    [InlineData(double.NaN, null)]
    [InlineData(1, double.PositiveInfinity)]
    public void Strengths_that_are_no_numbers_are_refused(double scale, double? alpha) =>
        Assert.Throws<InvalidRequestException>(() => pipeline.LoadLora(TinyLora.Golden256, scale, alpha));

    private string Refusal(string path)
    {
        var message = Assert.Throws<BrokenInputException>(() => pipeline.LoadLora(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    /// <summary>A LoRA that changes the U-ViT much.</summary>
    private string Strong() => Save(TinyLora.OfTransformer(alpha: 400));

    /// <summary>A LoRA of the text tower alone.</summary>
    private string Text() => Save(TinyLora.OfTextTower(alpha: 40));

    private string Save(LoraTensors layer) => Save(LoraFile.DiffusersName, layer);

    private string Save(string name, LoraTensors layer)
    {
        var path = folder[Guid.NewGuid().ToString("N")];
        LoraWriter.Write(Path.Combine(path, name), [layer]);
        layer.Down.Dispose();
        layer.Up.Dispose();
        return path;
    }

    /// <summary>The bytes of the networks that LoRAs change.</summary>
    private byte[] Weights(AmusedPipeline of, string name)
    {
        of.Save(folder[name]);
        return [.. File.ReadAllBytes(folder[$"{name}/transformer/diffusion_pytorch_model.safetensors"]),
            .. File.ReadAllBytes(folder[$"{name}/text_encoder/model.safetensors"])];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        var largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5 * largest));
    }
}
