using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>How fast <see cref="EmaWeights"/> follow.</summary>
internal sealed record EmaOptions
{
    /// <summary>The decay that is reached in the end, 0 to 1. The default is 0.9999.</summary>
    public double Decay { get; init; } = 0.9999;

    /// <summary>The least decay once averaging has begun, 0 to 1. The default is 0.</summary>
    public double MinDecay { get; init; }

    /// <summary>How many updates the average only copies for. The default is 0.</summary>
    public long UpdateAfter { get; init; }

    /// <summary>
    /// Whether the decay rises as <c>1 − (1 + n / <see cref="InverseGamma"/>)^−<see cref="Power"/></c> rather than <c>(1 + n)/(10 + n)</c>. The default is false.
    /// </summary>
    public bool UsesWarmup { get; init; }

    /// <summary>Inverse multiplier of the warm-up. The default is 1.</summary>
    public double InverseGamma { get; init; } = 1;

    /// <summary>Exponent of the warm-up. The default is 2/3; 3/4 reaches high decays sooner.</summary>
    public double Power { get; init; } = 2.0 / 3;

    /// <summary>The decay of an update.</summary>
    /// <param name="update">Its number, from 1.</param>
    public double DecayAt(long update)
    {
        var n = update - UpdateAfter - 1;
        if (n <= 0)
            return 0;
        var rising = UsesWarmup ? 1 - Math.Pow(1 + n / InverseGamma, -Power) : (1.0 + n) / (10 + n);
        return Math.Max(Math.Min(Decay, rising), MinDecay);
    }
}

/// <summary>
/// The exponential moving average of the parameters over the updates, which makes better pictures than the last parameters do:
/// <c>shadow −= (1 − decay)·(shadow − parameter)</c>.
/// </summary>
internal sealed class EmaWeights : ITrainingState, IDisposable
{
    private const long SwapElements = 1 << 20;

    private readonly EmaOptions options;
    private readonly List<(string Name, Tensor Parameter, Tensor Shadow)> weights;
    private readonly Tensor updates = zeros(1, ScalarType.Int64).DetachFromDisposeScope();

    /// <summary>Starts from the parameters as they are.</summary>
    /// <param name="parameters">What is trained, by checkpoint key.</param>
    /// <param name="options">How fast the average follows; null: the defaults.</param>
    public EmaWeights(IEnumerable<KeyValuePair<string, Tensor>> parameters, EmaOptions? options = null)
    {
        this.options = options ?? new();
        using var noGrad = no_grad();
        weights = [.. parameters.Select(entry => (entry.Key, entry.Value, entry.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>How many updates were averaged.</summary>
    public long UpdateCount => updates.item<long>();

    /// <summary>The averages by their parameters' names.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Shadows => weights.Select(one => KeyValuePair.Create(one.Name, one.Shadow));

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => Shadows.Select(entry => KeyValuePair.Create($"{entry.Key}.shadow", entry.Value)).Prepend(new("updates", updates));

    /// <summary>Moves the averages towards the parameters; called after each update of theirs.</summary>
    public void Update()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        updates.add_(1);
        var share = tensor((float)(1 - options.DecayAt(UpdateCount)));
        foreach (var (_, parameter, shadow) in weights)
            shadow.lerp_(parameter, share.to(shadow.device));
    }

    /// <summary>
    /// Exchanges averages and parameters in place, piece by piece, to look at pictures of the averaged weights. The same call again puts everything back, bit for bit.
    /// </summary>
    public void Swap()
    {
        using var noGrad = no_grad();
        foreach (var (_, parameter, shadow) in weights)
        {
            using var scope = NewDisposeScope();
            var (left, right) = (parameter.view(-1), shadow.view(-1));
            for (long start = 0; start < left.numel(); start += SwapElements)
            {
                using var pieces = NewDisposeScope();
                var count = Math.Min(SwapElements, left.numel() - start);
                var kept = left.narrow(0, start, count).clone();
                left.narrow(0, start, count).copy_(right.narrow(0, start, count));
                right.narrow(0, start, count).copy_(kept);
            }
        }
    }

    /// <summary>Does something with the weights as they are meant to be used: averaged, where there is an average.</summary>
    internal static T Swapped<T>(EmaWeights? average, Func<T> work)
    {
        average?.Swap();
        try
        {
            return work();
        }
        finally
        {
            average?.Swap();
        }
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose()
    {
        foreach (var (_, _, shadow) in weights)
            shadow.Dispose();
        updates.Dispose();
    }
}
