using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>The first half of a projection times the GELU (erf) of the second half, projected back (GEGLU: Shazeer, 2020).</summary>
internal sealed class GegluFeedForward(ParameterBuilder parameters, long width, long inner)
{
    public Linear ProjectIn { get; } = new(parameters[0]["proj"], width, 2 * inner);

    public Linear ProjectOut { get; } = new(parameters[2], inner, width);

    /// <summary>x (B, T, width) → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = ProjectIn.Forward(x).chunk(2, -1);
        return ProjectOut.Forward(parts[0] * nn.functional.gelu(parts[1])).MoveToOuterDisposeScope();
    }
}
