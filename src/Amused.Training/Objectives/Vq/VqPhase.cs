namespace Amused.Training;

/// <summary>One stretch of a VQGAN's training.</summary>
public sealed record VqPhase
{
    /// <summary>What logs call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many updates it has, at least 1.</summary>
    public required long Steps { get; init; }

    /// <summary>The side of the crops that are trained on, in pixels: a multiple of the VQ factor, at most the resolution.</summary>
    /// <value>The default value is null: whole pictures.</value>
    public int? CropSize { get; init; }

    /// <summary>Pictures in each step.</summary>
    /// <value>At least 1. The default value is 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>The learning rate after warm-up.</summary>
    /// <value>Above 0. The default value is 1e-3.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the rate falls over the phase.</summary>
    /// <value>The default value is <see cref="LearningRateCurve.Cosine"/>.</value>
    public LearningRateCurve Curve { get; init; } = LearningRateCurve.Cosine;

    /// <summary>How many of the steps the rate rises for.</summary>
    /// <value>The default value is 50.</value>
    public long WarmupSteps { get; init; } = 50;

    /// <summary>Whether latents are replaced by their nearest codes; otherwise the network is a plain auto-encoder and the codebook rests.</summary>
    /// <value>The default value is false.</value>
    public bool Quantizes { get; init; }

    /// <summary>Whether the codebook is made anew before the first step, of clusters of the encoder's outputs (<see cref="KMeans"/>).</summary>
    /// <value>The default value is false.</value>
    public bool ClustersCodebook { get; init; }

    internal LearningRateSchedule Schedule => new() { BaseRate = LearningRate, TotalUpdates = Steps, WarmupUpdates = Math.Min(WarmupSteps, Steps / 2), Curve = Curve };

    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    internal void Validate(int resolution, int factor)
    {
        if (Steps < 1 || BatchSize < 1)
            throw new InvalidRequestException($"phase '{Name}': {Steps} steps of {BatchSize} pictures are not possible: at least 1 each");
        _ = Schedule; // Refuses its own values.
        if (CropSize is { } crop && (crop < factor || crop > resolution || crop % factor != 0))
            throw new InvalidRequestException($"phase '{Name}': crops of {crop} pixels are not possible: a multiple of {factor}, at most the resolution {resolution}");
    }
}
