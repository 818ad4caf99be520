namespace Amused.Lora;

/// <summary>What a key of a LoRA file stands for.</summary>
internal enum LoraPart
{
    /// <summary>A, [rank, in].</summary>
    Down,

    /// <summary>B, [out, rank].</summary>
    Up,

    /// <summary>One number: alpha.</summary>
    Alpha,
}

/// <summary>A key of a LoRA file, taken apart.</summary>
/// <param name="Component">The network by its checkpoint folder's name; null where the key doesn't say.</param>
/// <param name="Layer">The layer's name within the network.</param>
/// <param name="Part">What of the layer it is.</param>
internal sealed record LoraKey(string? Component, string Layer, LoraPart Part)
{
    /// <summary>The U-ViT.</summary>
    public const string Transformer = "transformer";

    /// <summary>The text tower.</summary>
    public const string TextEncoder = "text_encoder";

    /// <summary>What PEFT puts before the names of the model that it wraps.</summary>
    public const string PeftPrefix = "base_model.model.";

    public const string DownSuffix = ".lora_A.weight";
    public const string UpSuffix = ".lora_B.weight";

    // PEFT's own, with and without the adapter's name, and what diffusers wrote before it used PEFT.
    private static readonly (string Suffix, LoraPart Part)[] Suffixes =
    [
        (DownSuffix, LoraPart.Down), (UpSuffix, LoraPart.Up),
        (".lora_A.default.weight", LoraPart.Down), (".lora_B.default.weight", LoraPart.Up),
        (".lora.down.weight", LoraPart.Down), (".lora.up.weight", LoraPart.Up),
        (".lora_linear_layer.down.weight", LoraPart.Down), (".lora_linear_layer.up.weight", LoraPart.Up),
        (".lora_down.weight", LoraPart.Down), (".lora_up.weight", LoraPart.Up),
        ("_lora.down.weight", LoraPart.Down), ("_lora.up.weight", LoraPart.Up),
        (".alpha", LoraPart.Alpha),
    ];

    // "unet" is what older programs call whichever network denoises. After kohya's, layers have underscores in place of dots.
    private static readonly (string Prefix, string Component)[] Prefixes =
    [
        ($"{Transformer}.", Transformer), ($"{TextEncoder}.", TextEncoder), ("unet.", Transformer),
        ("lora_unet_", Transformer), ("lora_transformer_", Transformer), ("lora_te_", TextEncoder), ("lora_te1_", TextEncoder),
    ];

    /// <summary>Takes a key apart; null when it is none of a LoRA over a linear layer.</summary>
    public static LoraKey? Parse(string key)
    {
        foreach (var (suffix, part) in Suffixes)
        {
            if (!key.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            // The processors' names end in what the suffix begins with.
            var (component, layer) = Split(key[..^suffix.Length] + (suffix[0] == '_' ? "_lora" : ""));
            return new(component, layer, part);
        }
        return null;
    }

    /// <summary>Cuts off PEFT's prefix and the component's, which stand in either order.</summary>
    private static (string? Component, string Layer) Split(string name)
    {
        name = Without(name, PeftPrefix);
        foreach (var (prefix, component) in Prefixes)
            if (Without(name, prefix) is var layer && layer != name)
                return (component, Plain(Without(layer, PeftPrefix)));
        return (null, Plain(name));
    }

    /// <summary>
    /// The layer's own name, where diffusers' attention processors had one inside: <c>attn1.processor.to_q_lora</c>, <c>to_out_lora</c>.
    /// </summary>
    private static string Plain(string layer)
    {
        const string Processor = ".processor.", End = "_lora";
        var at = layer.LastIndexOf(Processor, StringComparison.Ordinal);
        if (at < 0 || !layer.EndsWith(End, StringComparison.Ordinal))
            return layer;
        var matrix = layer[(at + Processor.Length)..^End.Length];
        return $"{layer[..at]}.{(matrix == "to_out" ? "to_out.0" : matrix)}";
    }

    private static string Without(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
