using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.UVit;

/// <summary>
/// <c>x·scale + shift</c> by the condition: scale is one plus the first half, shift the second half of a linear map of SiLU(condition)
/// (AdaLN: Peebles and Xie, 2022, section 3.2).
/// </summary>
internal sealed class Modulation(ParameterBuilder parameters, long conditionWidth, long width)
{
    private readonly Linear linear = new(parameters, conditionWidth, 2 * width);

    /// <summary>Condition (B, condition width) after SiLU → scale and shift, (B, 1, width) each.</summary>
    public Tensor[] Prepare(Tensor condition)
    {
        var parts = linear.ForwardOnce(condition).unsqueeze(1).chunk(2, -1);
        return [parts[0] + 1, parts[1]];
    }

    /// <summary>x (B, …, width) → the same shape.</summary>
    public static Tensor Apply(Tensor x, Tensor scale, Tensor shift)
    {
        using var scope = NewDisposeScope();
        var places = x.flatten(1, x.dim() - 2);
        return addcmul(shift, places, scale, 1).view(x.shape).MoveToOuterDisposeScope();
    }
}

/// <summary>A norm and a <see cref="Modulation"/> after it, as they stand before each part of a transformer layer.</summary>
/// <param name="norm">The norm, which takes its parameters from <c>norm</c>.</param>
/// <param name="parameters">The place of both in the tree of names.</param>
/// <param name="width">The width of what is normed and of the condition.</param>
internal sealed class AdaptiveNorm(INorm norm, ParameterBuilder parameters, int width)
{
    private readonly Modulation modulation = new(parameters["linear"], width, width);

    /// <summary>The norm alone.</summary>
    public INorm Norm => norm;

    /// <summary>Condition (B, width) after SiLU → scale and shift.</summary>
    public Tensor[] Prepare(Tensor condition) => modulation.Prepare(condition);

    /// <summary>x (B, T, width) → the same shape.</summary>
    public Tensor Forward(Tensor x, Tensor scale, Tensor shift)
    {
        using var scope = NewDisposeScope();
        return Modulation.Apply(norm.Forward(x), scale, shift).MoveToOuterDisposeScope();
    }
}
