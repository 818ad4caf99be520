namespace Amused.Sampling;

/// <summary>
/// The temperature of the Gumbel noise on confidences: linear from the first step to the last. High: positions are chosen almost
/// at random; 0: strictly by confidence (MaskGIT, section 3.2).
/// </summary>
/// <param name="Start">At the first step, ≥ 0.</param>
/// <param name="End">At the last step, ≥ 0.</param>
public readonly record struct TemperatureRange(float Start, float End)
{
    /// <summary>From 2 to 0.</summary>
    public static TemperatureRange Default { get; } = new(2, 0);

    /// <summary>From one number down to 0.01, as the published implementation reads a single number.</summary>
    public static TemperatureRange FromSingle(float temperature) => new(temperature, 0.01f);
}
