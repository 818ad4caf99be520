using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>Token ids (…) → embedding, RMSNorm, 1 × 1 convolution → (…, outputs).</summary>
internal sealed class TokenEmbedding(ParameterBuilder parameters, long vocabulary, long width, long outputs, double eps)
{
    private readonly Embedding embeddings = new(parameters["embeddings"], vocabulary, width);
    private readonly RmsNorm norm = new(parameters["layer_norm"], width, eps);
    private readonly Linear conv = new(parameters["conv"], width, outputs, asConvolution: true);

    public Tensor Forward(Tensor ids, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return conv.Forward(norm.Forward(embeddings.Forward(ids, type))).MoveToOuterDisposeScope();
    }
}
