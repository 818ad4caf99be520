namespace Amused.Training;

/// <summary>
/// A data set in shards that are streamed: the shards in an order of their own in each epoch, the examples mixed by a buffer.
/// </summary>
/// <remarks>
/// To go on in the middle of an epoch, the buffer's draws are repeated with place holders (shard and number) up to the place; then only those examples are read that
/// wait in the buffer there. For that, shards before the place are counted, not read.
/// </remarks>
internal sealed class ShardedImageSource(string name, IReadOnlyList<IExampleShard> shards, long? count, DataReport report, DataFiles files) : IFileSource
{
    public string Name => name;

    public long? Count => count;

    public DataReport? Report => report;

    public string? Hash() => files.Hash([]);

    public IEnumerable<RawExample> ReadEpoch(DataOrder order, DataPosition start)
    {
        order.Validate();
        var shardOrder = order.Shuffle
            ? new IndexRandom(RandomPurpose.Order, order.Seed, start.Epoch).Permutation(shards.Count)
            : [.. Enumerable.Range(0, shards.Count)];
        var (buffer, next) = GoTo(order, start, shardOrder);
        using var incoming = From(shardOrder, next).GetEnumerator();
        while (true)
        {
            while (!buffer.IsFull && incoming.MoveNext())
                buffer.Add(incoming.Current);
            if (buffer.IsEmpty)
                yield break;
            yield return buffer.Take();
        }
    }

    /// <summary>The buffer as it is after <see cref="DataPosition.Index"/> examples, and the place of the first example that has not entered it.</summary>
    private (ShuffleBuffer<RawExample> Buffer, Place Next) GoTo(DataOrder order, DataPosition start, int[] shardOrder)
    {
        ShuffleBuffer<Place> places = new(order, start.Epoch);
        using var incoming = Places(shardOrder).GetEnumerator();
        Place next = default;
        for (long taken = 0; taken < start.Index; taken++)
        {
            for (; !places.IsFull && incoming.MoveNext(); next = incoming.Current with { Index = incoming.Current.Index + 1 })
                places.Add(incoming.Current);
            if (places.IsEmpty)
                break; // The epoch was over.
            places.Take();
        }

        var waiting = Read(places.Items, shardOrder);
        return (places.With(place => waiting[place]), next);
    }

    private Dictionary<Place, RawExample> Read(IEnumerable<Place> places, int[] shardOrder)
    {
        Dictionary<Place, RawExample> examples = [];
        foreach (var shard in places.GroupBy(place => place.Turn))
        {
            var wanted = shard.Select(place => place.Index).ToHashSet();
            foreach (var (index, example) in shards[shardOrder[shard.Key]].Read(wanted.Contains).Take(wanted.Count))
                examples.Add(new(shard.Key, index), example);
        }

        return examples;
    }

    private IEnumerable<Place> Places(int[] shardOrder)
    {
        for (int turn = 0; turn < shardOrder.Length; turn++)
        {
            long inShard = shards[shardOrder[turn]].Count();
            for (long index = 0; index < inShard; index++)
                yield return new(turn, index);
        }
    }

    private IEnumerable<RawExample> From(int[] shardOrder, Place next)
    {
        for (int turn = next.Turn; turn < shardOrder.Length; turn++)
        {
            long first = turn == next.Turn ? next.Index : 0;
            foreach (var (_, example) in shards[shardOrder[turn]].Read(index => index >= first))
                yield return example;
        }
    }

    /// <summary>An example: whose turn its shard is in the epoch, and its number there.</summary>
    private readonly record struct Place(int Turn, long Index);
}
