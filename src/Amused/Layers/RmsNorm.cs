using Amused.Layers.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary><c>x·rsqrt(mean(x²) + eps)·w</c> over the last dimension (Zhang and Sennrich, 2019).</summary>
/// <remarks>Takes <c>weight</c> [width]. The mean is taken in float32 whatever the type of the activations.</remarks>
public sealed class RmsNorm(ParameterBuilder parameters, long width, double eps)
{
    private readonly Tensor weight = parameters.Take("weight", ParameterInit.Ones, width);

    /// <summary>The same for a kernel that joins it with what stands around it.</summary>
    internal FusedNorm Fused => new(weight, eps, IsCentred: false);

    /// <summary>[…, width] → the same shape and type.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var wide = x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1L], keepdim: true).add_(eps).rsqrt_();
        return (wide * scale).to(x.dtype).mul(weight.OfType(x)).MoveToOuterDisposeScope();
    }
}
