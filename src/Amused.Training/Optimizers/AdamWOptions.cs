namespace Amused.Training;

/// <summary>The constants of AdamW (Loshchilov and Hutter, 2019), by default those of the published recipes.</summary>
internal sealed record AdamWOptions
{
    /// <summary>How slowly the mean of gradients moves, 0 to below 1. The default is 0.9.</summary>
    public double Beta1 { get; init => field = Share(value, "beta 1"); } = 0.9;

    /// <summary>How slowly the mean of squared gradients moves, 0 to below 1. The default is 0.999.</summary>
    public double Beta2 { get; init => field = Share(value, "beta 2"); } = 0.999;

    /// <summary>Added to the root of the second moment; above 0. The default is 1e-8.</summary>
    public double Epsilon
    {
        get;
        init => field = value > 0 ? value : throw new InvalidRequestException($"epsilon {value}: must be above 0");
    } = 1e-8;

    /// <summary>Share of a decaying parameter, times the learning rate, that each update takes off before anything else; 0 or more. The default is 0.01.</summary>
    public double Decay
    {
        get;
        init => field = value >= 0 ? value : throw new InvalidRequestException($"weight decay {value}: must be 0 or more");
    } = 0.01;

    /// <summary>Which parameters decay. The default is <see cref="WeightDecay.OfMatrices"/>.</summary>
    public WeightDecayRule DecayRule { get; init; } = WeightDecay.OfMatrices;

    private static double Share(double value, string what) =>
        value is >= 0 and < 1 ? value : throw new InvalidRequestException($"{what} {value}: must be from 0 to below 1");
}
