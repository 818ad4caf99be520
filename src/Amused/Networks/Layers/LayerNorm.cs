using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary><c>(x − mean)/√(variance + eps)·w + b</c> over the last dimension (Ba, Kiros and Hinton, 2016).</summary>
/// <remarks>Takes <c>weight</c> [width] and, when asked, <c>bias</c> [width].</remarks>
internal sealed class LayerNorm : INorm
{
    private readonly Tensor? bias;

    /// <summary>Makes the layer.</summary>
    public LayerNorm(ParameterBuilder parameters, long width, double eps, bool useBias)
    {
        Weight = parameters.Take("weight", ParameterInit.Ones, width);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, width) : null;
        Eps = eps;
    }

    public Tensor Weight { get; }

    public double Eps { get; }

    public bool IsCentred => true;

    /// <summary>[…, width] → the same shape and type.</summary>
    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, [Weight.shape[0]], Weight.OfType(x), bias?.OfType(x), Eps);
}
