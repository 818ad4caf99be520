namespace Amused.Vqgan;

/// <summary>
/// <c>vqvae/config.json</c>: the VQGAN's sizes. A missing key takes the default of the published implementation's class; the published checkpoints hold <see cref="Published"/>.
/// </summary>
public sealed record VqModelConfig
{
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
}
