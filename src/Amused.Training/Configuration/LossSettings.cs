namespace Amused.Training;

/// <summary>What the loss is computed on (aMUSEd report, section 3).</summary>
public sealed record LossSettings
{
    /// <summary>The smallest share of tokens that is masked.</summary>
    /// <value>The default value is 0.</value>
    public double MinMaskingRate { get; init; }

    /// <summary>The chance that the masked tokens of a picture form one rectangle; 0.15 in the published 512 run.</summary>
    /// <value>The default value is 0.</value>
    public double ContiguousMasks { get; init; }

    /// <summary>The share of the target spread over all codes; 0.1 in the published pre-training.</summary>
    /// <value>The default value is 0.</value>
    public double LabelSmoothing { get; init; }

    /// <summary>The chance that a picture's prompt is replaced by the empty one; 0.1 in the published pre-training.</summary>
    /// <value>The default value is 0.</value>
    public double ConditionDropout { get; init; }

    /// <summary>
    /// How much a token outside its picture's mask counts, against 1 inside; between, in proportion to the part of its square that the mask shows. Masks lie beside the pictures
    /// (<c>fox.mask.png</c> beside <c>fox.jpg</c>, also in tar archives); pictures without one count in full.
    /// </summary>
    /// <value>Above 0. The default value is 1: masks are not read.</value>
    public double BackgroundWeight { get; init; } = 1;

    /// <summary>How many pictures the VQGAN encodes at a time; 0: the whole batch. Fewer take less memory.</summary>
    /// <value>The default value is 0.</value>
    public int VqBatchSize { get; init; }

    /// <summary>Whether masks make a difference.</summary>
    internal bool NeedsMasks => BackgroundWeight != 1;

    internal TokenMasking Masking => new() { MinMaskingRate = MinMaskingRate, ContiguousProbability = ContiguousMasks };

    internal void Validate()
    {
        Range.Share(("loss.min_masking_rate", MinMaskingRate), ("loss.contiguous_masks", ContiguousMasks), ("loss.condition_dropout", ConditionDropout));
        Range.BelowOne(("loss.label_smoothing", LabelSmoothing));
        Range.Positive(("loss.background_weight", BackgroundWeight));
        Range.NotNegative(("loss.vq_batch_size", VqBatchSize));
    }
}
