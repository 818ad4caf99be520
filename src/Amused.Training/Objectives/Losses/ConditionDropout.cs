using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Replaces the prompt of some images by the empty one, so that the network also learns to predict without a condition, which classifier-free guidance needs
/// (Ho and Salimans, 2022).
/// </summary>
internal sealed record ConditionDropout
{
    /// <summary>The chance that an image loses its prompt, 0 to 1. The default is 0; 0.1 in the published pre-training.</summary>
    /// <exception cref="InvalidRequestException">The value is out of range.</exception>
    public double Probability
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new InvalidRequestException($"chance of condition dropout {value}: must be from 0 to 1");
    }

    /// <summary>Draws which images lose their prompt.</summary>
    /// <param name="batch">How many images there are.</param>
    /// <param name="generator">A CPU generator; <paramref name="batch"/> uniform numbers are drawn from it, none when the chance is 0.</param>
    /// <returns>(B) truth values on the CPU: true where the prompt is to be dropped.</returns>
    public Tensor Draw(long batch, Generator generator) =>
        Probability > 0 ? rand(batch, generator: generator).lt(Probability) : zeros(batch, ScalarType.Bool);

    /// <summary>Puts the empty prompt's state in place of the dropped ones. Neither input is changed.</summary>
    /// <param name="dropped">(B) truth values, as <see cref="Draw"/> gives them.</param>
    /// <param name="states">What the prompts came to, (B, …): text states or the pooled text.</param>
    /// <param name="empty">The same of the empty prompt, (1, …).</param>
    public static Tensor Replace(Tensor dropped, Tensor states, Tensor empty)
    {
        using var scope = NewDisposeScope();
        var perImage = dropped.to(states.device).view([states.shape[0], .. Enumerable.Repeat(1L, (int)states.dim() - 1)]);
        return where(perImage, empty.to(states.dtype), states).MoveToOuterDisposeScope();
    }
}
