using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The length of all gradients together.</summary>
internal static class GradientNorm
{
    /// <summary>The root of the sum of all squared gradients (0 where there are none); infinite or not a number as soon as one gradient is.</summary>
    public static double Of(IEnumerable<Tensor> parameters)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norms = parameters.Select(NormOf).OfType<Tensor>().ToList();
        return norms.Count == 0 ? 0 : linalg.vector_norm(stack(norms), 2).item<double>();
    }

    private static Tensor? NormOf(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        // Gradients are float32, however much a loss scale blows them up: their squares stay far from its limit.
        return parameter.grad is { } gradient ? linalg.vector_norm(gradient, 2).cpu().to(ScalarType.Float64).MoveToOuterDisposeScope() : null;
    }
}
