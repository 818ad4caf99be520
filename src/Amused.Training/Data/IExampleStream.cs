namespace Amused.Training;

/// <summary>The examples of a run, batch after batch, from a place in the data on: pictures that are decoded ahead, or what was encoded of them before.</summary>
internal interface IExampleStream<out TBatch> : IDisposable
{
    /// <summary>The place of the first example that was not taken yet.</summary>
    DataPosition Position { get; }

    /// <summary>How many broken pictures were skipped.</summary>
    long Broken { get; }

    /// <summary>The share of the time that was spent waiting for data, 0 to 1.</summary>
    double WaitingShare { get; }

    /// <summary>Gives the next batch; it is the caller's.</summary>
    /// <exception cref="BrokenInputException">The data can't be read.</exception>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    TBatch Take(CancellationToken cancellation);
}
