using Amused.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>Token ids (B, H, W) → embedding, RMSNorm, 1 × 1 convolution → (B, H, W, block channels).</summary>
internal sealed class TokenEmbedding(UVit2DConfig config, ParameterBuilder parameters)
{
    private readonly Embedding embeddings = new(parameters["embeddings"], config.VocabSize, config.InChannels);
    private readonly RmsNorm norm = new(parameters["layer_norm"], config.InChannels, config.LayerNormEps);
    private readonly Linear conv = new(parameters["conv"], config.InChannels, config.BlockOutChannels, asConvolution: true);

    public Tensor Forward(Tensor ids, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return conv.Forward(norm.Forward(embeddings.Forward(ids, type))).MoveToOuterDisposeScope();
    }
}
