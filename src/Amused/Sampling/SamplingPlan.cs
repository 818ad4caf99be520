using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Sampling;

/// <summary>
/// The numbers of a run that don't depend on what is drawn: how many steps, at which temperature, what share of tokens stays masked after each.
/// All arithmetic is float32, by libtorch's own kernels: in double, some mask counts come out one lower.
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
        TorchRuntime.EnsureLoaded();
        Steps = steps;
        this.schedule = schedule;
        using var values = linspace(temperature.Start, temperature.End, steps, dtype: ScalarType.Float32);
        Temperatures = values.data<float>().ToArray();
    }

    /// <summary>The number of steps N.</summary>
    public int Steps { get; }

    /// <summary>The temperature at each index 0 … N − 1.</summary>
    public IReadOnlyList<float> Temperatures { get; }

    /// <summary>The share of tokens that stays masked after the step at <paramref name="index"/>; at index −1 (before the first), 1.</summary>
    public float MaskRatio(int index)
    {
        using var scope = NewDisposeScope();
        var done = tensor(index + 1, dtype: ScalarType.Float32) / Steps;
        var ratio = schedule == MaskingSchedule.Cosine ? (done * Math.PI / 2).cos() : 1 - done;
        return ratio.item<float>();
    }
}
