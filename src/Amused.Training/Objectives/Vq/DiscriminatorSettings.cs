namespace Amused.Training;

/// <summary>The patch discriminator and how it takes part.</summary>
public sealed record DiscriminatorSettings
{
    /// <summary>Whether there is one.</summary>
    /// <value>The default value is false.</value>
    public bool Enabled { get; init; }

    /// <summary>The step of the whole run, from 0, from which it trains and is listened to.</summary>
    /// <value>0 or more. The default value is 0.</value>
    public long StartStep { get; init; }

    /// <summary>The weight of its opinion, on top of the adaptive weight.</summary>
    /// <value>Above 0. The default value is 0.5.</value>
    public double Weight { get; init; } = 0.5;

    /// <summary>Channels of its first layer; they double with each halving, up to eight times.</summary>
    /// <value>A positive multiple of 8. The default value is 32.</value>
    public int Channels { get; init; } = 32;

    /// <summary>How often it halves the picture before it judges: 3 judges patches of 70 pixels.</summary>
    /// <value>1 to 5. The default value is 2 (patches of 34 pixels).</value>
    public int Layers { get; init; } = 2;

    /// <summary>Its learning rate.</summary>
    /// <value>Above 0. The default value is 2e-4.</value>
    public double LearningRate { get; init; } = 2e-4;

    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    internal void Validate()
    {
        if (StartStep < 0 || !(Weight > 0) || !(LearningRate > 0) || Channels < 8 || Channels % 8 != 0 || Layers is < 1 or > 5)
            throw new InvalidRequestException(
                $"the discriminator's settings are not possible: start step {StartStep} (0 or more), weight {Weight} and learning rate {LearningRate} (above 0), "
                + $"channels {Channels} (a multiple of 8), layers {Layers} (1 to 5)");
    }
}
