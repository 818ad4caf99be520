namespace Amused.Lora;

/// <summary>What a LoRA file holds for one linear layer.</summary>
/// <param name="Component">
/// The network, by its checkpoint folder's name (<c>transformer</c>, <c>text_encoder</c>); null where the file doesn't say.
/// </param>
/// <param name="Name">The layer's name within the network: <c>transformer_layers.0.attn1.to_q</c>.</param>
/// <param name="Rank">The rank, ≥ 1.</param>
/// <param name="Inputs">Width of the layer's input.</param>
/// <param name="Outputs">Width of the layer's output.</param>
/// <param name="Alpha">What the product is multiplied by, before it is divided by the rank; null where the file doesn't say.</param>
/// <param name="IsRankStabilized">Whether it is divided by the rank's square root instead.</param>
public sealed record LoraLayer(string? Component, string Name, long Rank, long Inputs, long Outputs, double? Alpha,
    bool IsRankStabilized = false)
{
    /// <summary>The keys of A and B in the file.</summary>
    internal (string Down, string Up) Keys { get; init; }

    /// <summary>What the product is multiplied by at strength 1.</summary>
    /// <param name="missingAlpha">The alpha where the file has none; null takes the rank, hence a scale of 1.</param>
    internal double Scale(double? missingAlpha)
    {
        if ((Alpha ?? missingAlpha) is not { } alpha)
            return 1;
        return alpha / (IsRankStabilized ? Math.Sqrt(Rank) : Rank);
    }
}
