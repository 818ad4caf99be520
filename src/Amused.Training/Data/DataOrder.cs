namespace Amused.Training;

/// <summary>
/// In which order examples come. The order, the crops and every other choice are a pure function of this record and of the
/// <see cref="DataPosition"/>, so a run that goes on from a saved position sees exactly what the uninterrupted one would have seen.
/// </summary>
public sealed record DataOrder
{
    /// <summary>What all draws derive from.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>Whether each epoch has an order of its own; otherwise examples come as they lie there.</summary>
    /// <value>The default value is true.</value>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// How many examples of a streamed source (archives, Parquet) wait in memory for their turn: the more, the better they are mixed.
    /// Sources that can be read at any place are shuffled as a whole and need none.
    /// </summary>
    /// <value>At least 1. The default value is 1000.</value>
    public int ShuffleBuffer { get; init; } = 1000;

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="InvalidRequestException">The buffer is smaller than 1.</exception>
    internal void Validate()
    {
        if (ShuffleBuffer < 1)
            throw new InvalidRequestException($"a shuffle buffer of {ShuffleBuffer} examples is not possible: at least 1");
    }
}

/// <summary>A place in the endless sequence of examples. <c>default</c> is its start. Saved with a checkpoint, it is all that the data need to go on.</summary>
/// <param name="Epoch">How often the whole source has been seen, from 0.</param>
/// <param name="Index">How many examples of this epoch have been passed, in the epoch's order, broken ones included.</param>
public readonly record struct DataPosition(long Epoch, long Index);
