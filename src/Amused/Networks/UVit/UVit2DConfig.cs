using Amused.Weights;

namespace Amused.Networks.UVit;

/// <summary>
/// <c>transformer/config.json</c>: the U-ViT's sizes (aMUSEd report, section 3 and appendix). A missing key takes the default of the
/// published implementation's class,
/// which are the published values, but for <see cref="SampleSize"/> and the missing down- and up-sampling.
/// </summary>
public sealed record UVit2DConfig
{
    /// <summary>The number of micro-conditions: width, height, two crop coordinates, aesthetic score.</summary>
    private const int Conditions = 5;

    /// <summary>Width of the transformer layers.</summary>
    public int HiddenSize { get; init; } = 1024;

    /// <summary>Number of transformer layers.</summary>
    public int NumHiddenLayers { get; init; } = 22;

    /// <summary>Heads of the transformer layers; divides <see cref="HiddenSize"/>.</summary>
    public int NumAttentionHeads { get; init; } = 16;

    /// <summary>Width inside the feed-forward parts.</summary>
    public int IntermediateSize { get; init; } = 2816;

    /// <summary>Width of the token embeddings.</summary>
    public int InChannels { get; init; } = 768;

    /// <summary>Width of the convolutional stages.</summary>
    public int BlockOutChannels { get; init; } = 768;

    /// <summary>Heads of the convolutional stages' attention; divides <see cref="BlockOutChannels"/>.</summary>
    public int BlockNumHeads { get; init; } = 12;

    /// <summary>Pairs of a ConvNeXt and an attention block in each convolutional stage.</summary>
    public int NumResBlocks { get; init; } = 3;

    /// <summary>Whether the grid's sides are halved before the transformer layers.</summary>
    public bool Downsample { get; init; }

    /// <summary>Whether they are doubled again after; the same as <see cref="Downsample"/>.</summary>
    public bool Upsample { get; init; }

    /// <summary>Token embeddings: the codes, the mask token (the last one), and a few that are never used.</summary>
    public int VocabSize { get; init; } = 8256;

    /// <summary>Number of codes that are predicted.</summary>
    public int CodebookSize { get; init; } = 8192;

    /// <summary>Width of the pooled text state.</summary>
    public int CondEmbedDim { get; init; } = 768;

    /// <summary>Width of the text states.</summary>
    public int EncoderHiddenSize { get; init; } = 768;

    /// <summary>Width of one micro-condition's sinusoidal embedding; even.</summary>
    public int MicroCondEncodeDim { get; init; } = 256;

    /// <summary>Width of all five together.</summary>
    public int MicroCondEmbedDim { get; init; } = 1280;

    /// <summary>Added to means of squares and variances in the norms.</summary>
    public double LayerNormEps { get; init; } = 1e-6;

    /// <summary>Whether norms have weights: so in every aMUSEd checkpoint, otherwise refused.</summary>
    public bool LnElementwiseAffine { get; init; } = true;

    /// <summary>Whether linear layers have biases: in no aMUSEd checkpoint, refused.</summary>
    public bool UseBias { get; init; }

    /// <summary>
    /// Dropout of activations in the published implementation's training. Kept for the file's sake: nothing is dropped here, and training a
    /// U-ViT with another value than 0 is refused.
    /// </summary>
    public double HiddenDropout { get; init; }

    /// <summary>Dropout in attention there; the same goes for it.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>The side of the token grid that the model was trained on: default pictures have this × the VQ factor pixels.</summary>
    public int SampleSize { get; init; } = 64;

    /// <summary>The U-ViT of <c>amused/amused-256</c>: 603M parameters.</summary>
    public static UVit2DConfig Published256 { get; } = new() { SampleSize = 16 };

    /// <summary>The U-ViT of <c>amused/amused-512</c>: 608M parameters, with down- and up-sampling.</summary>
    public static UVit2DConfig Published512 { get; } = new() { SampleSize = 32, Downsample = true, Upsample = true };

    /// <summary>Refuses what contradicts itself, and what no aMUSEd checkpoint has.</summary>
    /// <exception cref="BrokenInputException">The message names the key.</exception>
    internal void ThrowIfUnusable() => new ConfigCheck("transformer/config.json")
        .AtLeastOne(
            ("hidden_size", HiddenSize), ("num_attention_heads", NumAttentionHeads), ("intermediate_size", IntermediateSize),
            ("in_channels", InChannels),
            ("block_out_channels", BlockOutChannels), ("block_num_heads", BlockNumHeads), ("vocab_size", VocabSize),
            ("codebook_size", CodebookSize),
            ("cond_embed_dim", CondEmbedDim), ("encoder_hidden_size", EncoderHiddenSize), ("micro_cond_encode_dim", MicroCondEncodeDim),
            ("sample_size", SampleSize))
        .Require(NumHiddenLayers >= 0, $"num_hidden_layers is {NumHiddenLayers}; it must not be negative")
        .Require(NumResBlocks >= 0, $"num_res_blocks is {NumResBlocks}; it must not be negative")
        .Divides(("num_attention_heads", NumAttentionHeads), ("hidden_size", HiddenSize))
        .Divides(("block_num_heads", BlockNumHeads), ("block_out_channels", BlockOutChannels))
        .Require(MicroCondEncodeDim % 2 == 0, $"micro_cond_encode_dim is {MicroCondEncodeDim}; it must be even")
        .Require(MicroCondEmbedDim == Conditions * MicroCondEncodeDim,
            $"micro_cond_embed_dim is {MicroCondEmbedDim}; it must be {Conditions} times micro_cond_encode_dim, "
            + $"{Conditions * MicroCondEncodeDim}")
        .Require(Downsample == Upsample,
            $"downsample is {Downsample} and upsample {Upsample}; they must be the same, or the grid comes out in another size")
        .Require(!UseBias, "use_bias is true; aMUSEd's U-ViTs have no biases, and only those are supported")
        .Require(LnElementwiseAffine,
            "ln_elementwise_affine is false; aMUSEd's U-ViTs have norms with weights, and only those are supported");
}
