using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Cross-entropy between the predicted and the true codes of masked places, averaged over all masked places of the batch, weighted if asked for (aMUSEd report, section 3).</summary>
public static class MaskedTokenLoss
{
    /// <summary>The label of a place that is not masked and does not count.</summary>
    public const long Ignored = -100;

    /// <summary>Computes the loss, in float32 whatever the type of the logits.</summary>
    /// <param name="logits">(B, codebook, H, W).</param>
    /// <param name="labels">(B, H, W) int64, <see cref="Ignored"/> where nothing was masked; at least one place must be.</param>
    /// <param name="labelSmoothing">The share of the target that is spread evenly over the codebook, 0 to below 1. 0 by default; 0.1 in the published pre-training.</param>
    /// <param name="weights">How much each place counts, (B, H, W) float32, 0 or more, and more somewhere that is masked; null: all alike.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Compute(Tensor logits, Tensor labels, double labelSmoothing = 0, Tensor? weights = null)
    {
        using var scope = NewDisposeScope();
        // One row per place: no copy, since the network's logits lie channels-last in memory.
        var rows = logits.permute(0, 2, 3, 1).flatten(0, 2).to(ScalarType.Float32);
        var places = labels.flatten();
        if (weights is null)
            return CrossEntropy(nn.Reduction.Mean).MoveToOuterDisposeScope();
        var counted = weights.flatten().masked_fill(places.eq(Ignored), 0);
        return ((CrossEntropy(nn.Reduction.None) * counted).sum() / counted.sum()).MoveToOuterDisposeScope();

        Tensor CrossEntropy(nn.Reduction reduction) => nn.functional.cross_entropy(rows, places, ignore_index: Ignored, reduction: reduction, label_smoothing: labelSmoothing);
    }
}
