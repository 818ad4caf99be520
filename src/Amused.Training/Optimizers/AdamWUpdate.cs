using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// One update of AdamW: its coefficients, and the arithmetic on plain memory (fast) and on tensors (any device, and easier to read). Both take the same steps
/// in the same order: decay; <c>m = β1·m + (1 − β1)·g</c>; <c>v = β2·v + (1 − β2)·g²</c>; <c>p −= lr · m/(1 − β1ᵗ) / (√(v/(1 − β2ᵗ)) + ε)</c>.
/// </summary>
internal readonly struct AdamWUpdate
{
    private readonly float gradientScale, kept, beta1, share1, beta2, share2, learningRate, correction1, correction2, epsilon;

    /// <param name="options">The optimizer's constants.</param>
    /// <param name="step">The update's number t, from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="decays">Whether the parameter decays.</param>
    /// <param name="gradientScale">What gradients are multiplied with first.</param>
    public AdamWUpdate(AdamWOptions options, long step, double learningRate, bool decays, double gradientScale)
    {
        this.gradientScale = (float)gradientScale;
        kept = decays ? (float)(1 - learningRate * options.Decay) : 1;
        beta1 = (float)options.Beta1;
        share1 = (float)(1 - options.Beta1);
        beta2 = (float)options.Beta2;
        share2 = (float)(1 - options.Beta2);
        this.learningRate = (float)learningRate;
        correction1 = (float)(1 - Math.Pow(options.Beta1, step));
        correction2 = (float)(1 - Math.Pow(options.Beta2, step));
        epsilon = (float)options.Epsilon;
    }

    /// <summary>Updates a stretch of a parameter and its moments in place; all have the same length.</summary>
    public void Apply(Span<float> parameter, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square)
    {
        ref var ps = ref MemoryMarshal.GetReference(parameter);
        ref var gs = ref MemoryMarshal.GetReference(gradient[..parameter.Length]);
        ref var ms = ref MemoryMarshal.GetReference(mean[..parameter.Length]);
        ref var vs = ref MemoryMarshal.GetReference(square[..parameter.Length]);
        var i = 0;
        for (; i <= parameter.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = Vector.LoadUnsafe(ref gs, (nuint)i) * gradientScale;
            var m = Vector.LoadUnsafe(ref ms, (nuint)i) * beta1 + g * share1;
            var v = Vector.LoadUnsafe(ref vs, (nuint)i) * beta2 + g * g * share2;
            var root = Vector.SquareRoot(v / new Vector<float>(correction2)) + new Vector<float>(epsilon);
            var p = Vector.LoadUnsafe(ref ps, (nuint)i) * kept - m / new Vector<float>(correction1) * learningRate / root;
            m.StoreUnsafe(ref ms, (nuint)i);
            v.StoreUnsafe(ref vs, (nuint)i);
            p.StoreUnsafe(ref ps, (nuint)i);
        }
        for (; i < parameter.Length; i++)
        {
            var g = gradient[i] * gradientScale;
            var m = mean[i] = mean[i] * beta1 + g * share1;
            var v = square[i] = square[i] * beta2 + g * g * share2;
            parameter[i] = parameter[i] * kept - m / correction1 * learningRate / (MathF.Sqrt(v / correction2) + epsilon);
        }
    }

    /// <summary>The same on whole tensors.</summary>
    public void Apply(Tensor parameter, Tensor gradient, Tensor mean, Tensor square)
    {
        using var scope = NewDisposeScope();
        var g = gradient.to(mean.dtype) * gradientScale;
        mean.mul_(beta1).add_(g, alpha: share1);
        square.mul_(beta2).addcmul_(g, g, share2);
        var root = square.div(correction2).sqrt_().add_(epsilon);
        parameter.mul_(kept).sub_(mean.div(correction1).mul_(learningRate).div_(root));
    }
}
