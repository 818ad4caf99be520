namespace Amused.Training;

/// <summary>The shapes that a learning rate can take over a run.</summary>
public enum LearningRateCurve
{
    /// <summary>The base rate from the first update on; warm-up is ignored.</summary>
    Constant,

    /// <summary>Warm-up, then the base rate.</summary>
    ConstantWithWarmup,

    /// <summary>Warm-up, then a straight line to 0 at the end.</summary>
    Linear,

    /// <summary>Warm-up, then <c>½(1 + cos πp)</c> (Loshchilov and Hutter, 2017): 0 at the end, and rising again after it.</summary>
    Cosine,

    /// <summary>Warm-up, then <see cref="LearningRateSchedule.Cycles"/> falling half-waves, each from the base rate; 0 from the end on.</summary>
    CosineWithRestarts,

    /// <summary>Warm-up, then <c>(1 − p)^power</c> from the base rate to 1e-7, which stays.</summary>
    Polynomial,
}

/// <summary>
/// The learning rate of each update. While warming up it is the base rate times s / warm-up for update s, counted from 0; after that it follows a
/// <see cref="Curve"/> of the progress p = (s − warm-up) / (total − warm-up).
/// </summary>
internal sealed record LearningRateSchedule
{
    private const double PolynomialEnd = 1e-7;

    /// <summary>The curve. The default is <see cref="LearningRateCurve.Constant"/>.</summary>
    public LearningRateCurve Curve { get; init; }

    /// <summary>The rate after warm-up; above 0.</summary>
    /// <exception cref="InvalidRequestException">The value is not a positive number.</exception>
    public required double BaseRate
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new InvalidRequestException($"learning rate {value}: must be above 0");
    }

    /// <summary>How many updates the rate rises for, from 0. The default is 0.</summary>
    /// <exception cref="InvalidRequestException">The value is negative.</exception>
    public long WarmupUpdates
    {
        get;
        init => field = value >= 0 ? value : throw new InvalidRequestException($"warm-up {value}: must be 0 or more updates");
    }

    /// <summary>The length of the run in updates, warm-up included.</summary>
    /// <exception cref="InvalidRequestException">The value is not above 0.</exception>
    public required long TotalUpdates
    {
        get;
        init => field = value > 0 ? value : throw new InvalidRequestException($"length of the run {value}: must be 1 update or more");
    }

    /// <summary>Number of half-waves of <see cref="LearningRateCurve.CosineWithRestarts"/>. The default is 1.</summary>
    /// <exception cref="InvalidRequestException">The value is not above 0.</exception>
    public int Cycles
    {
        get;
        init => field = value > 0 ? value : throw new InvalidRequestException($"cycles of the learning rate {value}: must be 1 or more");
    } = 1;

    /// <summary>Exponent of <see cref="LearningRateCurve.Polynomial"/>. The default is 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The rate that an update uses.</summary>
    /// <param name="update">The update, from 0; beyond the end of the run too.</param>
    public double At(long update)
    {
        if (Curve == LearningRateCurve.Constant)
            return BaseRate;
        if (update < WarmupUpdates)
            return BaseRate * update / WarmupUpdates;
        return After((update - WarmupUpdates) / (double)Math.Max(1, TotalUpdates - WarmupUpdates));
    }

    private double After(double progress) => Curve switch
    {
        LearningRateCurve.ConstantWithWarmup => BaseRate,
        LearningRateCurve.Linear => BaseRate * Math.Max(0, 1 - progress),
        LearningRateCurve.Cosine => BaseRate * HalfWave(progress),
        LearningRateCurve.CosineWithRestarts => progress >= 1 ? 0 : BaseRate * HalfWave(Cycles * progress % 1),
        LearningRateCurve.Polynomial => progress > 1 ? PolynomialEnd : (BaseRate - PolynomialEnd) * Math.Pow(1 - progress, Power) + PolynomialEnd,
        _ => throw new ArgumentOutOfRangeException(nameof(Curve)),
    };

    private static double HalfWave(double progress) => 0.5 * (1 + Math.Cos(Math.PI * progress));
}
