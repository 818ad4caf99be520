namespace Amused.Training;

/// <summary>What one update of a VQGAN came to.</summary>
public sealed record VqStepReport
{
    /// <summary>Its number, from 1.</summary>
    public long Step { get; init; }

    /// <summary>How many the run has.</summary>
    public long Steps { get; init; }

    /// <summary>The phase's name.</summary>
    public required string Phase { get; init; }

    /// <summary>How many pictures or crops the step had.</summary>
    public required long Pictures { get; init; }

    /// <summary>The loss as a whole, without the discriminator's part.</summary>
    public required double Loss { get; init; }

    /// <summary>The part of it that is about reconstruction.</summary>
    public required double ReconstructionLoss { get; init; }

    /// <summary>The share of places that keep their code when a part of another picture is pasted in; null where that is not trained.</summary>
    public double? KeptCodes { get; init; }

    /// <summary>Peak signal-to-noise ratio of the batch's reconstructions, in dB.</summary>
    public required double Psnr { get; init; }

    /// <summary>The step's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The length of all gradients together, before it is cut.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Whether the weights were updated: not when a gradient was infinite or not a number.</summary>
    public required bool Applied { get; init; }

    /// <summary>The codebook, when the phase quantises.</summary>
    public CodebookReport? Codebook { get; init; }

    /// <summary>The discriminator, once it takes part.</summary>
    public DiscriminatorReport? Discriminator { get; init; }

    /// <summary>The speed in this phase since the run was started or resumed, crops counted as pictures.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>The share of the phase's time that was spent waiting for pictures to be decoded.</summary>
    public double WaitingShare { get; init; }

    /// <summary>How long the rest will take at the speed so far, pixel for pixel.</summary>
    public TimeSpan Remaining { get; init; }
}

/// <summary>How the codebook is used.</summary>
/// <param name="CommitmentLoss">The commitment loss.</param>
/// <param name="UsedCodes">How many codes were used within the last steps.</param>
/// <param name="Perplexity">As many codes as this, evenly used, would say as much as the codebook does of late.</param>
/// <param name="Revived">How many codes were revived in this step.</param>
public sealed record CodebookReport(double CommitmentLoss, long UsedCodes, double Perplexity, long Revived);

/// <summary>How the discriminator is doing.</summary>
/// <param name="Loss">Its hinge loss: 1 when it can't tell pictures from reconstructions, 0 when it always can.</param>
/// <param name="AdaptiveWeight">The weight by which its word equals that of the reconstruction loss at the decoder's last layer.</param>
public sealed record DiscriminatorReport(double Loss, double AdaptiveWeight);
