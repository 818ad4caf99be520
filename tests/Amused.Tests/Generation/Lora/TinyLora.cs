using Amused.Lora;
using static TorchSharp.torch;

namespace Amused.Tests.Lora;

/// <summary>LoRAs for the tiny models.</summary>
internal static class TinyLora
{
    /// <summary>The fixture's folder for the model without down-sampling: rank 4, alpha 8, which the file doesn't say.</summary>
    public static string Golden256 { get; } =
        Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora");

    /// <summary>The same for the model with down-sampling.</summary>
    public static string Golden512 { get; } =
        Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny512", "lora");

    public const string TransformerLayer = "transformer_layers.0.attn1.to_q";

    public const string TextLayer = "text_model.encoder.layers.0.self_attn.q_proj";

    /// <summary>Random matrices for a layer; the caller's.</summary>
    public static LoraTensors Random(string component, string layer, long inputs, long outputs, long rank, double alpha, int seed = 0)
    {
        using var generator = new Generator((ulong)seed);
        return new(component, layer, randn([rank, inputs], generator: generator), randn([outputs, rank], generator: generator), alpha);
    }

    /// <summary>One for a layer of the U-ViT of <c>tiny256</c>.</summary>
    public static LoraTensors OfTransformer(long rank = 4, double alpha = 8, int seed = 0, string layer = TransformerLayer) =>
        Random("transformer", layer, 64, 64, rank, alpha, seed);

    /// <summary>One for a layer of its text tower.</summary>
    public static LoraTensors OfTextTower(long rank = 2, double alpha = 3, int seed = 1) =>
        Random("text_encoder", TextLayer, 32, 32, rank, alpha, seed);
}
