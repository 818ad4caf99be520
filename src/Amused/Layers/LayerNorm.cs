using Amused.Layers.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary><c>(x − mean)/√(variance + eps)·w + b</c> over the last dimension (Ba, Kiros and Hinton, 2016).</summary>
/// <remarks>Takes <c>weight</c> [width] and, when asked, <c>bias</c> [width].</remarks>
public sealed class LayerNorm
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly double eps;

    /// <summary>Makes the layer.</summary>
    public LayerNorm(ParameterBuilder parameters, long width, double eps, bool useBias)
    {
        weight = parameters.Take("weight", ParameterInit.Ones, width);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, width) : null;
        this.eps = eps;
    }

    /// <summary>The same, without the bias, for a kernel that joins it with what stands around it.</summary>
    internal FusedNorm Fused => new(weight, eps, IsCentred: true);

    /// <summary>[…, width] → the same shape and type.</summary>
    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, [weight.shape[0]], weight.OfType(x), bias?.OfType(x), eps);
}
