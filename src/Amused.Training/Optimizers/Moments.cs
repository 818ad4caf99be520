using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The first and second moment of one parameter's gradients, in whatever form they are kept, and an update through them.</summary>
internal abstract class Moments : IDisposable
{
    /// <summary>What is kept, by the last parts of its name.</summary>
    public abstract IEnumerable<KeyValuePair<string, Tensor>> State { get; }

    /// <summary>Updates a stretch of the parameter, which lies in this machine's memory. Stretches that do not overlap may be updated at the same time.</summary>
    /// <param name="start">Where the stretch begins in the flattened parameter, a multiple of <see cref="AdamW8Bit.BlockSize"/>.</param>
    /// <param name="parameter">The stretch.</param>
    /// <param name="gradient">The gradient's same stretch.</param>
    /// <param name="update">The step.</param>
    public abstract void Apply(long start, Span<float> parameter, ReadOnlySpan<float> gradient, AdamWUpdate update);

    /// <summary>Updates the whole parameter, on any device.</summary>
    public abstract void Apply(Tensor parameter, Tensor gradient, AdamWUpdate update);

    /// <summary>Frees what is kept.</summary>
    public void Dispose()
    {
        foreach (var (_, tensor) in State)
            tensor.Dispose();
    }
}

/// <summary>Moments as they are, in float32: 8 bytes per element.</summary>
internal sealed class Float32Moments(Tensor parameter) : Moments
{
    private readonly Tensor mean = zeros_like(parameter, ScalarType.Float32).DetachFromDisposeScope();
    private readonly Tensor square = zeros_like(parameter, ScalarType.Float32).DetachFromDisposeScope();

    public override IEnumerable<KeyValuePair<string, Tensor>> State => [new("exp_avg", mean), new("exp_avg_sq", square)];

    public override void Apply(long start, Span<float> parameter, ReadOnlySpan<float> gradient, AdamWUpdate update) =>
        update.Apply(parameter, gradient, mean.Elements<float>(start, parameter.Length), square.Elements<float>(start, parameter.Length));

    public override void Apply(Tensor parameter, Tensor gradient, AdamWUpdate update) => update.Apply(parameter, gradient, mean, square);
}
