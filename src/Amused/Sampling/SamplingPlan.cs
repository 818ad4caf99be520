namespace Amused.Sampling;

/// <summary>
/// The numbers of a run that don't depend on what is drawn: how many steps, at which temperature, what share of tokens stays masked after
/// each. All arithmetic is float32, as published: in double, some mask counts come out one lower.
/// </summary>
public sealed class SamplingPlan
{
    private readonly MaskingSchedule schedule;

    /// <summary>Makes a plan.</summary>
    /// <param name="steps">Number of steps, ≥ 1.</param>
    /// <param name="temperature">Temperature of the first and the last step.</param>
    /// <param name="schedule">How the share of masked tokens falls.</param>
    public SamplingPlan(int steps, TemperatureRange temperature, MaskingSchedule schedule)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Steps = steps;
        this.schedule = schedule;
        Temperatures = Linear(temperature.Start, temperature.End, steps);
        Order = new ConfidenceOrder(Temperatures);
    }

    /// <summary>The number of steps N.</summary>
    public int Steps { get; }

    /// <summary>The temperature at each index 0 … N − 1.</summary>
    public IReadOnlyList<float> Temperatures { get; }

    /// <summary>The order in which positions become known.</summary>
    /// <value>The default value is by confidence, under the plan's temperatures.</value>
    internal ISamplingOrder Order { get; init; }

    /// <summary>How the guidance scale depends on how far sampling has come.</summary>
    /// <value>The default value is the same scale all the way.</value>
    internal IGuidanceSchedule Guidance { get; init; } = ConstantGuidance.Instance;

    /// <summary>
    /// The share of tokens that stays masked after the step at <paramref name="index"/>; at index −1 (before the first), 1.
    /// </summary>
    public float MaskRatio(int index)
    {
        var done = (float)(index + 1) / Steps;
        return schedule == MaskingSchedule.Cosine ? MathF.Cos(done * MathF.PI / 2) : 1 - done;
    }

    /// <summary>PyTorch's <c>linspace</c>: the first half counted from the start, the second from the end.</summary>
    private static float[] Linear(float start, float end, int count)
    {
        var step = count == 1 ? 0 : (end - start) / (count - 1);
        return [.. Enumerable.Range(0, count).Select(i => i == 0 || i < count / 2 ? start + (step * i) : end - (step * (count - 1 - i)))];
    }
}
