namespace Amused.Training;

/// <summary>How a <see cref="PrefetchingLoader"/> works.</summary>
public sealed record LoaderOptions
{
    /// <summary>How many examples a batch has.</summary>
    /// <value>At least 1. The default value is 1.</value>
    public int BatchSize { get; init; } = 1;

    /// <summary>How many threads decode.</summary>
    /// <value>At least 1. The default value is the number of processors, at most 8.</value>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>How many batches are prepared ahead; each costs the memory of its decoded crops.</summary>
    /// <value>At least 1. The default value is 4.</value>
    public int BatchesAhead { get; init; } = 4;

    /// <summary>How many epochs the sequence has.</summary>
    /// <value>
    /// The default value is null: it never ends, and batches run on from one epoch into the next. Otherwise the last batch may be smaller.
    /// The epochs count from the source's first, whatever position the loader starts at.
    /// </value>
    public long? Epochs { get; init; }

    /// <summary>
    /// The share of broken examples that is too much: more of them stop the run. Judged at the end of every epoch, and within an epoch as soon as it can no longer be
    /// the bad luck of a few.
    /// </summary>
    /// <value>0 to 1. The default value is 0.1.</value>
    public double MaxBrokenShare { get; init; } = 0.1;

    /// <summary>Is told, in one line each, of every broken example (once), on the thread that takes batches.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>The options that settings come to.</summary>
    /// <param name="batchSize">How many examples a batch has.</param>
    /// <param name="workers">How many threads decode; 0: as many as by default.</param>
    /// <param name="maxBrokenShare">The share of broken examples that is too much.</param>
    /// <param name="warning">Is told of broken examples.</param>
    internal static LoaderOptions Of(int batchSize, int workers, double maxBrokenShare, Action<string>? warning)
    {
        LoaderOptions options = new() { BatchSize = batchSize, MaxBrokenShare = maxBrokenShare, Warning = warning };
        return workers > 0 ? options with { Workers = workers } : options;
    }

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="InvalidRequestException">A value is out of range.</exception>
    internal void Validate()
    {
        if (BatchSize < 1)
            throw new InvalidRequestException($"a batch of {BatchSize} examples is not possible: at least 1");
        if (Workers < 1 || BatchesAhead < 1)
            throw new InvalidRequestException($"{Workers} decoding threads and {BatchesAhead} batches ahead are not possible: at least 1 each");
        if (!(MaxBrokenShare is >= 0 and <= 1))
            throw new InvalidRequestException($"a share of {MaxBrokenShare} broken examples is not possible: 0 to 1");
    }
}

/// <summary>What a loader did so far.</summary>
/// <param name="Examples">How many examples were delivered.</param>
/// <param name="Broken">How many were skipped because they are broken.</param>
/// <param name="Waited">How long the consumer waited for batches.</param>
/// <param name="Elapsed">How long the loader has been there.</param>
public readonly record struct LoaderStatistics(long Examples, long Broken, TimeSpan Waited, TimeSpan Elapsed)
{
    /// <summary>The part of the time that was spent waiting for data, 0 to 1.</summary>
    public double WaitingShare => Elapsed > TimeSpan.Zero ? Waited / Elapsed : 0;
}
