namespace Amused.Training;

/// <summary>
/// Mixes a stream: it holds the next few items and gives out any of them, by draws that depend on seed, epoch and how many were given
/// out before. What the items are doesn't matter, so the same draws can be gone through with place holders.
/// </summary>
internal sealed class ShuffleBuffer<T>(DataOrder order, long epoch)
{
    private readonly int size = order.Shuffle ? order.ShuffleBuffer : 1;
    private readonly List<T> items = [];
    private long taken;

    public bool IsFull => items.Count >= size;

    public bool IsEmpty => items.Count == 0;

    public IReadOnlyList<T> Items => items;

    public void Add(T item) => items.Add(item);

    public T Take()
    {
        int place = new IndexRandom(RandomPurpose.Buffer, order.Seed, epoch, taken++).Next(items.Count);
        var item = items[place];
        items[place] = items[^1];
        items.RemoveAt(items.Count - 1);
        return item;
    }

    /// <summary>A buffer at the same point of its draws that holds other items at the same places.</summary>
    public ShuffleBuffer<TOther> With<TOther>(Func<T, TOther> other)
    {
        ShuffleBuffer<TOther> copy = new(order, epoch) { taken = taken };
        copy.items.AddRange(items.Select(other));
        return copy;
    }
}
