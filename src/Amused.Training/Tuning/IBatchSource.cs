using Amused.Training.Data;

namespace Amused.Training.Tuning;

/// <summary>Where a run's batches of tokens and texts come from: pictures that are encoded on the way, or shards that were encoded before.</summary>
internal interface IBatchSource : IDisposable
{
    /// <summary>The empty caption, a batch of one, on the models' device: what stands in for a dropped one.</summary>
    TextInputs EmptyCaption { get; }

    /// <summary>How many broken pictures were skipped.</summary>
    long Broken { get; }

    /// <summary>The share of the time that was spent waiting for data, 0 to 1.</summary>
    double WaitingShare { get; }

    /// <summary>Gives the next batch, on the models' device; it is the caller's.</summary>
    /// <exception cref="BrokenInputException">The data can't be read.</exception>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    TokenBatch Take(CancellationToken cancellation);
}
