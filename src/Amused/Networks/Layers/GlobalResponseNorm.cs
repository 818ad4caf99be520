using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>
/// <c>gamma·(x·n) + beta + x</c>, where n is each channel's L2 norm over the grid divided by the mean of the channels' norms (Woo et al.,
/// 2023, section 3.2).
/// </summary>
internal sealed class GlobalResponseNorm(ParameterBuilder parameters, long width)
{
    private readonly Tensor gamma = parameters.Take("gamma", ParameterInit.Zeros, 1, 1, 1, width);
    private readonly Tensor beta = parameters.Take("beta", ParameterInit.Zeros, 1, 1, 1, width);

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var norms = linalg.vector_norm(x, 2, [1, 2], keepdim: true);
        var response = norms / (norms.mean([-1L], keepdim: true) + 1e-6);
        // gamma·(x·n) + beta + x in one pass over x: (gamma·n + 1)·x + beta.
        return addcmul(beta.OfType(x), x, gamma.OfType(x) * response + 1, 1).MoveToOuterDisposeScope();
    }
}
