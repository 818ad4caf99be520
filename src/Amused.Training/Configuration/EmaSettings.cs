namespace Amused.Training;

/// <summary>The exponential moving average of the trained weights. Where it is on, pictures and the result are made with it.</summary>
public sealed record EmaSettings
{
    /// <summary>Whether there is one: it costs the trained weights' memory again.</summary>
    /// <value>The default value is false.</value>
    public bool Enabled { get; init; }

    /// <summary>The decay that is reached in the end.</summary>
    /// <value>The default value is 0.9999.</value>
    public double Decay { get; init; } = 0.9999;

    /// <summary>The least decay.</summary>
    /// <value>The default value is 0.</value>
    public double MinDecay { get; init; }

    /// <summary>How many updates the average only copies for.</summary>
    /// <value>The default value is 0.</value>
    public long UpdateAfterStep { get; init; }

    /// <summary>Whether the decay rises by inverse gamma and power.</summary>
    /// <value>The default value is false.</value>
    public bool UseWarmup { get; init; }

    /// <summary>Inverse multiplier of the warm-up.</summary>
    /// <value>The default value is 1.</value>
    public double InverseGamma { get; init; } = 1;

    /// <summary>Exponent of the warm-up.</summary>
    /// <value>The default value is 2/3.</value>
    public double Power { get; init; } = 2.0 / 3;

    internal EmaOptions Options => new()
    {
        Decay = Decay,
        MinDecay = MinDecay,
        UpdateAfter = UpdateAfterStep,
        UsesWarmup = UseWarmup,
        InverseGamma = InverseGamma,
        Power = Power,
    };

    internal void Validate()
    {
        Range.Share(("ema.decay", Decay), ("ema.min_decay", MinDecay));
        Range.NotNegative(("ema.update_after_step", UpdateAfterStep), ("ema.power", Power));
        Range.Positive(("ema.inverse_gamma", InverseGamma));
    }
}
