using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary><c>x·rsqrt(mean(x²) + eps)·w</c> over the last dimension (Zhang and Sennrich, 2019).</summary>
/// <remarks>Takes <c>weight</c> [width]. The mean is taken in float32 whatever the type of the activations.</remarks>
internal sealed class RmsNorm(ParameterBuilder parameters, long width, double eps) : INorm
{
    public Tensor Weight { get; } = parameters.Take("weight", ParameterInit.Ones, width);

    public double Eps => eps;

    public bool IsCentred => false;

    /// <summary>[…, width] → the same shape and type.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var wide = x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1L], keepdim: true).add_(eps).rsqrt_();
        return (wide * scale).to(x.dtype).mul(Weight.OfType(x)).MoveToOuterDisposeScope();
    }
}
