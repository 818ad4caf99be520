using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// The factor that a loss is multiplied with before its gradients are computed in float16, where small ones would become 0 (Micikevicius et al., 2018,
/// section 3.2). It is halved whenever a gradient overflows, and doubled after a long time without.
/// </summary>
internal sealed class GradScaler : ITrainingState, IDisposable
{
    private const float Growth = 2, BackOff = 0.5f;

    // Tensors, so that they are stored and restored with the rest.
    private readonly Tensor scale, updatesWithoutOverflow = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
    private readonly long growthInterval;

    /// <summary>Starts with a scale.</summary>
    /// <param name="initialScale">The first scale; a power of two keeps the digits of gradients as they are. The default is 65,536.</param>
    /// <param name="growthInterval">How many updates without overflow double the scale. The default is 2,000.</param>
    /// <exception cref="InvalidRequestException">A value is not above 0.</exception>
    public GradScaler(float initialScale = 65536, long growthInterval = 2000)
    {
        if (!(initialScale > 0) || growthInterval < 1)
            throw new InvalidRequestException($"loss scale {initialScale} that grows after {growthInterval} updates: both must be above 0");
        scale = full(1, initialScale, ScalarType.Float32).DetachFromDisposeScope();
        this.growthInterval = growthInterval;
    }

    /// <summary>The present scale.</summary>
    public float Scale => scale.item<float>();

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => [new("scale", scale), new("updates_without_overflow", updatesWithoutOverflow)];

    /// <summary>Changes the scale after an update, or after one that had to be left out.</summary>
    /// <param name="overflowed">Whether a gradient was infinite or not a number.</param>
    public void Update(bool overflowed)
    {
        if (overflowed)
        {
            scale.mul_(BackOff);
            updatesWithoutOverflow.zero_();
        }
        else if (updatesWithoutOverflow.add_(1).item<long>() == growthInterval)
        {
            GrowIfFinite();
            updatesWithoutOverflow.zero_();
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        scale.Dispose();
        updatesWithoutOverflow.Dispose();
    }

    private void GrowIfFinite()
    {
        if (float.IsFinite(Scale * Growth))
            scale.mul_(Growth);
    }
}
