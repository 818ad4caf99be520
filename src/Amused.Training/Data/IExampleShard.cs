namespace Amused.Training;

/// <summary>A part of a data set that is read from its beginning on: an archive, a row group.</summary>
internal interface IExampleShard
{
    /// <summary>How many examples there are, with as little reading as that takes.</summary>
    /// <exception cref="BrokenInputException">The shard is unreadable.</exception>
    long Count();

    /// <summary>The examples in their order. Those that are not wanted are passed over as cheaply as can be.</summary>
    /// <param name="isWanted">Tells by its number within the shard, from 0, whether an example is wanted.</param>
    /// <exception cref="BrokenInputException">The shard is unreadable.</exception>
    IEnumerable<(long Index, RawExample Example)> Read(Func<long, bool> isWanted);
}
