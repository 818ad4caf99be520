using static TorchSharp.torch;

namespace Amused.Sampling;

/// <summary>Classifier-free guidance (Ho and Salimans, 2022) on logits, or on anything that logits are a linear map of.</summary>
public static class Guidance
{
    /// <summary>Whether a scale needs the unconditional pass at all.</summary>
    public static bool IsNeeded(float scale) => scale > 1;

    /// <summary><c>uncond + scale·(cond − uncond)</c>, in float32.</summary>
    /// <param name="unconditional">Logits of the empty or negative prompt.</param>
    /// <param name="conditional">Logits of the prompt, the same shape.</param>
    /// <param name="scale">The guidance scale.</param>
    public static Tensor Combine(Tensor unconditional, Tensor conditional, float scale)
    {
        using var scope = NewDisposeScope();
        var start = unconditional.to(ScalarType.Float32);
        var difference = conditional.to(ScalarType.Float32) - start;
        return difference.mul_(scale).add_(start).MoveToOuterDisposeScope();
    }
}
