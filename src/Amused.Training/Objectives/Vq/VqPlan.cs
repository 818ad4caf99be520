namespace Amused.Training;

/// <summary>The stretches of a VQGAN's training, one after the other.</summary>
/// <remarks>
/// Quantising from the start freezes the encoder on its first codes. So the plan trains an auto-encoder first, on crops, which gives the most steps in a given time; then on
/// whole pictures, because a group norm sees other statistics on a crop; and only then puts codes in the place of latents, which clusters of what the encoder says by
/// then make a good start for.
/// </remarks>
public sealed record VqPlan
{
    /// <summary>Steps on crops; 0 leaves the phase out, as for the others.</summary>
    /// <value>The default value is 20,000.</value>
    public long CropSteps { get; init; } = 20_000;

    /// <summary>Steps on whole pictures.</summary>
    /// <value>The default value is 3,000.</value>
    public long WholeSteps { get; init; } = 3_000;

    /// <summary>Steps on whole pictures with codes in the place of latents.</summary>
    /// <value>The default value is 4,000.</value>
    public long QuantizedSteps { get; init; } = 4_000;

    /// <summary>The crops' side in pixels: a multiple of the VQGAN's factor, at most the resolution.</summary>
    /// <value>The default value is null: half the resolution.</value>
    public int? CropSize { get; init; }

    /// <summary>Crops in a step; a step on whole pictures has half as many.</summary>
    /// <value>At least 1. The default value is 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>The highest learning rate on crops; half of it on whole pictures. In each phase it rises for 50 steps, and falls to 0 as a cosine.</summary>
    /// <value>Above 0. The default value is 2e-3.</value>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>The phases in all detail, in place of all of the above.</summary>
    /// <value>The default value is null.</value>
    public IReadOnlyList<VqPhase>? Phases { get; init; }

    /// <summary>The phases that there are.</summary>
    /// <param name="resolution">The side of whole pictures.</param>
    /// <param name="hasCodes">Whether the model has been trained before: then it keeps its codes unless it is first trained without them.</param>
    internal IReadOnlyList<VqPhase> Resolve(int resolution, bool hasCodes)
    {
        if (Phases is not null)
            return Phases;
        var (whole, keepsCodes) = (Math.Max(1, BatchSize / 2), hasCodes && CropSteps + WholeSteps == 0);
        VqPhase[] phases =
        [
            new() { Name = "crops", Steps = CropSteps, CropSize = CropSize ?? resolution / 2, BatchSize = BatchSize, LearningRate = LearningRate },
            new() { Name = "whole", Steps = WholeSteps, BatchSize = whole, LearningRate = LearningRate / 2 },
            new() { Name = "quantized", Steps = QuantizedSteps, BatchSize = whole, LearningRate = LearningRate / 2, Quantizes = true, ClustersCodebook = !keepsCodes },
        ];
        return [.. phases.Where(phase => phase.Steps > 0)];
    }

    internal void Validate()
    {
        Range.NotNegative(("plan.crop_steps", CropSteps), ("plan.whole_steps", WholeSteps), ("plan.quantized_steps", QuantizedSteps));
        Range.AtLeastOne(("plan.batch_size", BatchSize));
        Range.Positive(("plan.learning_rate", LearningRate));
        if (Phases is { Count: 0 } || (Phases is null && CropSteps + WholeSteps + QuantizedSteps == 0))
            throw new InvalidRequestException("the plan has no steps: give plan.crop_steps, plan.whole_steps or plan.quantized_steps, or plan.phases");
    }
}
