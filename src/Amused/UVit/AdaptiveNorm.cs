using Amused.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>Scale and shift by the condition: <c>x·(1 + scale) + shift</c>, the first and second half of a linear map of SiLU(condition) (AdaLN).</summary>
internal sealed class Modulation(ParameterBuilder parameters, long conditionWidth, long width)
{
    private readonly Linear linear = new(parameters, conditionWidth, 2 * width);

    /// <summary>x (B, …, width), condition (B, condition width) after SiLU → the shape of x.</summary>
    public Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = NewDisposeScope();
        var parts = linear.Forward(condition).view([condition.shape[0], .. Enumerable.Repeat(1L, (int)x.dim() - 2), -1]).chunk(2, -1);
        return addcmul(parts[1], x, parts[0] + 1, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>A norm followed by <see cref="Modulation"/>, as it stands before each part of a transformer layer.</summary>
internal sealed class AdaptiveNorm
{
    private readonly Func<Tensor, Tensor> norm;
    private readonly Modulation modulation;

    private AdaptiveNorm(ParameterBuilder parameters, Func<Tensor, Tensor> norm, int width) =>
        (this.norm, modulation) = (norm, new(parameters["linear"], width, width));

    public static AdaptiveNorm OverRmsNorm(ParameterBuilder parameters, int width, double eps) =>
        new(parameters, new RmsNorm(parameters["norm"], width, eps).Forward, width);

    public static AdaptiveNorm OverLayerNorm(ParameterBuilder parameters, int width, double eps) =>
        new(parameters, new LayerNorm(parameters["norm"], width, eps, useBias: false).Forward, width);

    public Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = NewDisposeScope();
        return modulation.Forward(norm(x), condition).MoveToOuterDisposeScope();
    }
}
