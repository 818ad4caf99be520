using Amused.Weights;

namespace Amused.Networks.ClipText;

/// <summary>
/// <c>text_encoder/config.json</c>: CLIP's text tower with projection (Radford et al., 2021). A missing key takes the default of the
/// published implementation's class;
/// the published checkpoints hold ViT-L/14's tower (<see cref="Published"/>).
/// </summary>
public sealed record ClipTextConfig
{
    /// <summary>Width of the states.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>Width inside the feed-forward part.</summary>
    public int IntermediateSize { get; init; } = 2048;

    /// <summary>Number of transformer blocks, ≥ 1.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Number of attention heads; divides <see cref="HiddenSize"/>.</summary>
    public int NumAttentionHeads { get; init; } = 8;

    /// <summary>Width of the pooled state after projection.</summary>
    public int ProjectionDim { get; init; } = 512;

    /// <summary>Positions that have an embedding: the longest text, start and end tokens included.</summary>
    public int MaxPositionEmbeddings { get; init; } = 77;

    /// <summary>Number of token embeddings.</summary>
    public int VocabSize { get; init; } = 49408;

    /// <summary><c>quick_gelu</c> or <c>gelu</c>.</summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Added to variances in the layer norms.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>The start token's id.</summary>
    public int BosTokenId { get; init; } = 49406;

    /// <summary>
    /// The end token's id. 2 is the legacy value of the published checkpoints: the pooled position is then the largest id's.
    /// </summary>
    public int EosTokenId { get; init; } = 49407;

    /// <summary>The padding token's id.</summary>
    public int PadTokenId { get; init; } = 1;

    /// <summary>CLIP ViT-L/14's text tower, as in <c>amused/amused-256</c> and <c>amused/amused-512</c>.</summary>
    public static ClipTextConfig Published { get; } = new()
    {
        HiddenSize = 768, IntermediateSize = 3072, NumAttentionHeads = 12, ProjectionDim = 768, BosTokenId = 0, EosTokenId = 2,
    };

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="BrokenInputException">The message names the key.</exception>
    internal void ThrowIfUnusable() => new ConfigCheck("text_encoder/config.json")
        .AtLeastOne(
            ("hidden_size", HiddenSize), ("intermediate_size", IntermediateSize), ("num_hidden_layers", NumHiddenLayers),
            ("num_attention_heads", NumAttentionHeads),
            ("projection_dim", ProjectionDim), ("max_position_embeddings", MaxPositionEmbeddings), ("vocab_size", VocabSize))
        .Divides(("num_attention_heads", NumAttentionHeads), ("hidden_size", HiddenSize))
        .Require(HiddenAct is "quick_gelu" or "gelu", $"hidden_act '{HiddenAct}' is not known; quick_gelu and gelu are");
}
