using Amused.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>(B, H, W, block channels) → 1 × 1 convolution, RMSNorm, 1 × 1 convolution → logits (B, H, W, codebook).</summary>
internal sealed class CodePredictionHead(UVit2DConfig config, ParameterBuilder parameters)
{
    private readonly Linear conv1 = new(parameters["conv1"], config.BlockOutChannels, config.InChannels, asConvolution: true);
    private readonly RmsNorm norm = new(parameters["layer_norm"], config.InChannels, config.LayerNormEps);
    private readonly Linear conv2 = new(parameters["conv2"], config.InChannels, config.CodebookSize, asConvolution: true);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return ToLogits(ToStates(x)).MoveToOuterDisposeScope();
    }

    /// <summary>(…, block channels) → the states before the last layer, (…, channels).</summary>
    public Tensor ToStates(Tensor x)
    {
        using var scope = NewDisposeScope();
        return norm.Forward(conv1.Forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The last layer, which is linear: guidance may be applied before it, to half as many rows.</summary>
    public Tensor ToLogits(Tensor states) => conv2.Forward(states);
}
