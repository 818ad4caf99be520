using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary><c>y = x·Wᵀ + b</c> over the last dimension.</summary>
/// <remarks>Takes <c>weight</c> [out, in] and, when asked, <c>bias</c> [out]. Convolutions of 1 × 1 are linear layers over channels, and are read as such.</remarks>
public sealed class Linear
{
    private readonly Tensor weight;
    private readonly Tensor? bias;

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    /// <param name="asConvolution">Whether the weight is kept as that of a 1 × 1 convolution, [out, in, 1, 1].</param>
    public Linear(ParameterBuilder parameters, long inputs, long outputs, bool useBias = false, bool asConvolution = false)
    {
        weight = asConvolution
            ? parameters.Take("weight", ParameterInit.Normal, outputs, inputs, 1, 1)
            : parameters.Take("weight", ParameterInit.Normal, outputs, inputs);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, outputs) : null;
    }

    /// <summary>[…, in] → […, out].</summary>
    public Tensor Forward(Tensor x)
    {
        var matrix = weight.dim() == 4 ? weight.flatten(1) : weight;
        return nn.functional.linear(x, matrix.OfType(x), bias?.OfType(x));
    }
}
