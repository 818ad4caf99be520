namespace Amused.Training;

/// <summary>
/// A data set: captioned pictures, in an order that depends on nothing but a <see cref="DataOrder"/> and an epoch's number.
/// A program's own data are most easily a <see cref="ListImageSource"/>.
/// </summary>
public interface IImageSource
{
    /// <summary>What messages call it: a path or a hub id.</summary>
    string Name { get; }

    /// <summary>How many examples an epoch has, broken ones included; null when that is known only once they have been read.</summary>
    long? Count { get; }

    /// <summary>The rest of an epoch's examples. Called from one thread at a time.</summary>
    /// <param name="order">The order.</param>
    /// <param name="start">The epoch, and how many of its examples to leave out: what follows is exactly what followed them the first time.</param>
    /// <exception cref="BrokenInputException">The data set as such is unreadable (a single unreadable picture is an example that throws when it is read).</exception>
    IEnumerable<RawExample> ReadEpoch(DataOrder order, DataPosition start);
}
