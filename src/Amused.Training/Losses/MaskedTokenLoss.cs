using static TorchSharp.torch;

namespace Amused.Training.Losses;

/// <summary>Cross-entropy between the predicted and the true codes of masked places, averaged over all masked places of the batch (aMUSEd report, section 3).</summary>
public static class MaskedTokenLoss
{
    /// <summary>The label of a place that is not masked and does not count.</summary>
    public const long Ignored = -100;

    /// <summary>Computes the loss, in float32 whatever the type of the logits.</summary>
    /// <param name="logits">(B, codebook, H, W).</param>
    /// <param name="labels">(B, H, W) int64, <see cref="Ignored"/> where nothing was masked; at least one place must be.</param>
    /// <param name="labelSmoothing">The share of the target that is spread evenly over the codebook, 0 to below 1. 0 by default; 0.1 in the published pre-training.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Compute(Tensor logits, Tensor labels, double labelSmoothing = 0)
    {
        using var scope = NewDisposeScope();
        // One row per place: no copy, since the network's logits lie channels-last in memory.
        var rows = logits.permute(0, 2, 3, 1).flatten(0, 2).to(ScalarType.Float32);
        return nn.functional.cross_entropy(rows, labels.flatten(), ignore_index: Ignored, reduction: nn.Reduction.Mean, label_smoothing: labelSmoothing)
            .MoveToOuterDisposeScope();
    }
}
