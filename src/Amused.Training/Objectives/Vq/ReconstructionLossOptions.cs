namespace Amused.Training;

/// <summary>The weights of the parts of <see cref="ReconstructionLoss"/>.</summary>
public sealed record ReconstructionLossOptions
{
    /// <summary>The squared difference alone: what there is to compare with.</summary>
    public static ReconstructionLossOptions SquaredOnly { get; } = new() { Absolute = 0, Gradients = 0, Detail = 0 };

    /// <summary>The weight of the mean absolute difference.</summary>
    /// <value>0 or more. The default value is 1.</value>
    public double Absolute { get; init; } = 1;

    /// <summary>The weight of the mean squared difference.</summary>
    /// <value>0 or more. The default value is 1.</value>
    public double Squared { get; init; } = 1;

    /// <summary>The weight of the absolute differences of image gradients, averaged over the scales.</summary>
    /// <value>0 or more. The default value is 1.</value>
    public double Gradients { get; init; } = 1;

    /// <summary>How many scales gradients are compared on, each half as large as the one before.</summary>
    /// <value>1 to 8. The default value is 3.</value>
    public int Scales { get; init; } = 3;

    /// <summary>How much more a place counts where the picture has detail; 0: every place counts alike.</summary>
    /// <value>0 or more. The default value is 1.</value>
    public double Detail { get; init; } = 1;

    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    internal void Validate()
    {
        double[] weights = [Absolute, Squared, Gradients, Detail];
        if (weights.Any(weight => !(weight >= 0 && double.IsFinite(weight))) || Absolute + Squared + Gradients == 0)
            throw new InvalidRequestException("the weights of the reconstruction loss must be 0 or more, and not all of absolute, squared and gradients 0");
        if (Scales is < 1 or > 8)
            throw new InvalidRequestException($"{Scales} scales of the reconstruction loss are not possible: 1 to 8");
    }
}
