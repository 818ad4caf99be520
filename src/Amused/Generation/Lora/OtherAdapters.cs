namespace Amused.Lora;

/// <summary>Keys of adapters that are no LoRA over linear layers, by which they are refused under their own names.</summary>
internal static class OtherAdapters
{
    private static readonly (string Word, string Name)[] Words =
    [
        (".hada_", "LoHa (products of two low-rank matrices)"),
        (".lokr_", "LoKr (Kronecker products)"),
        (".lora_magnitude_vector", "DoRA (rows scaled anew)"),
        (".dora_scale", "DoRA (rows scaled anew)"),
        (".lora_mid.", "a LoRA over convolutions in Tucker form"),
        (".lora_A.bias", "a LoRA with biases (lora_bias)"),
        (".lora_B.bias", "a LoRA with biases (lora_bias)"),
        (".lora_embedding_", "a LoRA over embeddings"),
        (".oft_", "OFT (rotated weights)"),
        (".boft_", "BOFT (rotated weights)"),
        (".ia3_", "IA3 (scaled activations)"),
        (".a1.weight", "GLoRA"),
        (".vera_lambda_", "VeRA"),
        (".randlora_", "RandLoRA"),
        (".diff", "whole weights as differences"),
        (".w_norm", "norms trained as a whole"),
        (".b_norm", "norms trained as a whole"),
        (".modules_to_save.", "layers trained as a whole (modules_to_save)"),
    ];

    /// <summary>What the adapter with that key is called; null where nobody knows.</summary>
    public static string? NameOf(string key) =>
        Words.Where(word => key.Contains(word.Word, StringComparison.Ordinal)).Select(word => word.Name).FirstOrDefault()
            ?? (key.EndsWith(".weight", StringComparison.Ordinal) || key.EndsWith(".bias", StringComparison.Ordinal)
                ? "layers trained as a whole (modules_to_save, bias)"
                : null);
}
