using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Vqgan;

/// <summary>
/// The VQGAN (Esser et al., 2021; aMUSEd report, section 3): a convolutional encoder and decoder with a codebook between them.
/// Pixels are in [0, 1] on both sides.
/// </summary>
public sealed class VqModel
{
    private readonly VqEncoder encoder;
    private readonly VqDecoder decoder;
    private readonly Linear quantConv, postQuantConv;

    /// <summary>Builds the model.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="parameters">The root of its parameters' names.</param>
    /// <exception cref="BrokenInputException">
    /// The configuration asks for what no aMUSEd checkpoint has, or contradicts the parameters.
    /// </exception>
    public VqModel(VqModelConfig config, ParameterBuilder parameters)
    {
        config.ThrowIfUnusable();
        Config = config;
        encoder = new(config, parameters["encoder"]);
        quantConv = new(parameters["quant_conv"], config.LatentChannels, config.CodeWidth, useBias: true, asConvolution: true);
        Quantizer = new(parameters["quantize"], config.NumVqEmbeddings, config.CodeWidth);
        postQuantConv = new(parameters["post_quant_conv"], config.CodeWidth, config.LatentChannels, useBias: true, asConvolution: true);
        decoder = new(config, parameters["decoder"]);
    }

    /// <summary>The model's sizes.</summary>
    public VqModelConfig Config { get; }

    /// <summary>The codebook.</summary>
    public VectorQuantizer Quantizer { get; }

    /// <summary>Pixels (B, 3, H, W) in [0, 1], sides multiples of the factor → latents (B, D, H/f, W/f), not yet quantised.</summary>
    public Tensor Encode(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return OverChannels(quantConv, encoder.Forward(pixels)).MoveToOuterDisposeScope();
    }

    /// <summary>Pixels (B, 3, H, W) in [0, 1] → token ids (B, H/f, W/f), int64.</summary>
    public Tensor EncodeTokens(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return Quantizer.NearestCodes(Encode(pixels)).MoveToOuterDisposeScope();
    }

    /// <summary>Quantised latents (B, D, h, w) → pixels (B, 3, h·f, w·f), not clipped.</summary>
    public Tensor Decode(Tensor quantized)
    {
        using var scope = NewDisposeScope();
        return decoder.Forward(OverChannels(postQuantConv, quantized)).MoveToOuterDisposeScope();
    }

    /// <summary>Token ids (B, h, w), int64, in [0, codes) → pixels (B, 3, h·f, w·f), not clipped.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="type">The arithmetic.</param>
    public Tensor DecodeTokens(Tensor ids, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        return Decode(Quantizer.Lookup(ids, type)).MoveToOuterDisposeScope();
    }

    /// <summary>A 1 × 1 convolution as a linear layer over channels.</summary>
    private static Tensor OverChannels(Linear linear, Tensor x) => linear.Forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
}
