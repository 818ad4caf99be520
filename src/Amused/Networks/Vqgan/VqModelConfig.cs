using Amused.Weights;

namespace Amused.Networks.Vqgan;

/// <summary>
/// <c>vqvae/config.json</c>: the VQGAN's sizes. A missing key takes the default of the published implementation's class; the published
/// checkpoints hold <see cref="Published"/>.
/// </summary>
public sealed record VqModelConfig
{
    /// <summary>More stages would make a token of over 1,000 pixels.</summary>
    private const int MostStages = 10;

    /// <summary>Channels of a picture.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels of a decoded picture.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>Channels of each stage, from the picture inwards. Each stage but the last halves the sides.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [64];

    /// <summary>Residual blocks of an encoder stage; decoder stages have one more.</summary>
    public int LayersPerBlock { get; init; } = 1;

    /// <summary>Width of the encoder's output.</summary>
    public int LatentChannels { get; init; } = 3;

    /// <summary>Number of codes.</summary>
    public int NumVqEmbeddings { get; init; } = 256;

    /// <summary>Width of a code; null: <see cref="LatentChannels"/>.</summary>
    public int? VqEmbedDim { get; init; }

    /// <summary>Groups of the group norms; divides every stage's channels.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>The activation: <c>silu</c>.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Attention in the middle block: not in aMUSEd, refused.</summary>
    public bool MidBlockAddAttention { get; init; } = true;

    /// <summary>Whether ids are decoded by looking them up: so in every aMUSEd checkpoint, otherwise refused.</summary>
    public bool LookupFromCodebook { get; init; }

    /// <summary>Whether half precision isn't enough for the decoder.</summary>
    public bool ForceUpcast { get; init; }

    /// <summary>Pixels per token, along a side: 2^(stages − 1).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int DownsamplingFactor => 1 << (BlockOutChannels.Count - 1);

    /// <summary>Width of a code.</summary>
    internal int CodeWidth => VqEmbedDim ?? LatentChannels;

    /// <summary>The VQGAN of <c>amused/amused-256</c> and <c>amused/amused-512</c>: factor 16, 8,192 codes, 146M parameters.</summary>
    public static VqModelConfig Published { get; } = new()
    {
        BlockOutChannels = [128, 256, 256, 512, 768], LayersPerBlock = 2, LatentChannels = 64, NumVqEmbeddings = 8192,
        MidBlockAddAttention = false, LookupFromCodebook = true, ForceUpcast = true,
    };

    /// <summary>Refuses what contradicts itself, and what no aMUSEd checkpoint has.</summary>
    /// <exception cref="BrokenInputException">The message names the key.</exception>
    internal void ThrowIfUnusable() => new ConfigCheck("vqvae/config.json")
        .AtLeastOne(
            ("layers_per_block", LayersPerBlock), ("latent_channels", LatentChannels), ("num_vq_embeddings", NumVqEmbeddings),
            ("vq_embed_dim", CodeWidth),
            ("norm_num_groups", NormNumGroups))
        .Require(InChannels == 3 && OutChannels == 3, $"in_channels is {InChannels} and out_channels {OutChannels}; pictures have 3")
        .Require(
            BlockOutChannels.Count is > 0 and <= MostStages
                && BlockOutChannels.All(channels => channels > 0 && channels % NormNumGroups == 0),
            $"block_out_channels [{string.Join(", ", BlockOutChannels)}] must be 1 to {MostStages} multiples of norm_num_groups "
                + $"{NormNumGroups}")
        .Require(!MidBlockAddAttention,
            "mid_block_add_attention is true (or missing, which means true); aMUSEd's VQGANs have no attention, and only those "
            + "are supported")
        .Require(LookupFromCodebook,
            "lookup_from_codebook is false (or missing, which means false); aMUSEd's VQGANs have true, and only those are supported")
        .Require(ActFn is "silu" or "swish", $"act_fn '{ActFn}' is not known; silu is");
}
