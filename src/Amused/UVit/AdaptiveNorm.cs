using Amused.Layers;
using Amused.Layers.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>What a condition does to activations (B, …, C): <c>x·Scale + Shift</c>.</summary>
/// <param name="Scale">(B, 1, C): one plus the first half of the projection.</param>
/// <param name="Shift">(B, 1, C): its second half.</param>
internal sealed record ScaleShift(Tensor Scale, Tensor Shift)
{
    /// <summary>x (B, …, C) → the same shape.</summary>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        var places = x.flatten(1, x.dim() - 2);
        return addcmul(Shift, places, Scale, 1).view(x.shape).MoveToOuterDisposeScope();
    }
}

/// <summary>Scale and shift by the condition: the first and second half of a linear map of SiLU(condition) (AdaLN).</summary>
internal sealed class Modulation(ParameterBuilder parameters, long conditionWidth, long width)
{
    private readonly Linear linear = new(parameters, conditionWidth, 2 * width);

    /// <summary>Condition (B, condition width) after SiLU → what it does.</summary>
    public ScaleShift Prepare(Tensor condition)
    {
        var parts = linear.ForwardOnce(condition).unsqueeze(1).chunk(2, -1);
        return new(parts[0] + 1, parts[1]);
    }
}

/// <summary>A norm followed by <see cref="Modulation"/>, as it stands before each part of a transformer layer.</summary>
internal sealed class AdaptiveNorm
{
    private readonly Func<Tensor, Tensor> norm;
    private readonly Modulation modulation;

    private AdaptiveNorm(ParameterBuilder parameters, Func<Tensor, Tensor> norm, FusedNorm fused, int width) =>
        (this.norm, Fused, modulation) = (norm, fused, new(parameters["linear"], width, width));

    /// <summary>The norm alone, for kernels that join it with what stands around it.</summary>
    public FusedNorm Fused { get; }

    public static AdaptiveNorm OverRmsNorm(ParameterBuilder parameters, int width, double eps)
    {
        var norm = new RmsNorm(parameters["norm"], width, eps);
        return new(parameters, norm.Forward, norm.Fused, width);
    }

    public static AdaptiveNorm OverLayerNorm(ParameterBuilder parameters, int width, double eps)
    {
        var norm = new LayerNorm(parameters["norm"], width, eps, useBias: false);
        return new(parameters, norm.Forward, norm.Fused, width);
    }

    public ScaleShift Prepare(Tensor condition) => modulation.Prepare(condition);

    public Tensor Forward(Tensor x, ScaleShift condition)
    {
        using var scope = NewDisposeScope();
        return condition.Apply(norm(x)).MoveToOuterDisposeScope();
    }
}
