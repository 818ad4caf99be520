using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>Features (…, inputs) → 1 × 1 convolution, RMSNorm, 1 × 1 convolution → logits (…, codes).</summary>
internal sealed class CodePredictionHead(ParameterBuilder parameters, long inputs, long width, long codes, double eps)
{
    private readonly Linear conv1 = new(parameters["conv1"], inputs, width, asConvolution: true);
    private readonly RmsNorm norm = new(parameters["layer_norm"], width, eps);
    private readonly Linear conv2 = new(parameters["conv2"], width, codes, asConvolution: true);

    /// <summary>(…, inputs) → the states before the last layer, (…, width).</summary>
    public Tensor ToStates(Tensor x)
    {
        using var scope = NewDisposeScope();
        return norm.Forward(conv1.Forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The last layer, which is linear: guidance may be applied before it, to half as many rows.</summary>
    public Tensor ToLogits(Tensor states) => conv2.Forward(states);
}
