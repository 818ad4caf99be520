namespace Amused.Training;

/// <summary>
/// A data set without the pictures that are kept for looking at what was learnt, or those alone. Which these are follows from their names, so that it stays the same in
/// whatever order they come and however many are added.
/// </summary>
internal sealed class HeldOutSplit : IFileSource
{
    private readonly IImageSource source;
    private readonly double share;
    private readonly bool isHeldOut;

    private HeldOutSplit(IImageSource source, double share, bool isHeldOut) => (this.source, this.share, this.isHeldOut) = (source, share, isHeldOut);

    public string Name => source.Name;

    /// <summary>Not known before all names have been read.</summary>
    public long? Count => null;

    public DataReport? Report => (source as IFileSource)?.Report;

    public string? Hash() => (source as IFileSource)?.Hash();

    /// <summary>Splits a data set.</summary>
    /// <param name="source">The data set.</param>
    /// <param name="share">The share that is kept back, 0 to 1.</param>
    public static (IImageSource Training, IImageSource HeldOut) Of(IImageSource source, double share) =>
        (new HeldOutSplit(source, share, isHeldOut: false), new HeldOutSplit(source, share, isHeldOut: true));

    // From the epoch's start: how many of the examples before the place are on this side is known by their names only.
    public IEnumerable<RawExample> ReadEpoch(DataOrder order, DataPosition start) =>
        source.ReadEpoch(order, start with { Index = 0 }).Where(example => IsHeldOut(example.Name) == isHeldOut).Skip(checked((int)start.Index));

    /// <summary>By the last part of the name, which stays when the data set is moved.</summary>
    private bool IsHeldOut(string name)
    {
        long hash = unchecked((long)0xCBF29CE484222325);
        foreach (var letter in Path.GetFileName(name))
            hash = unchecked((hash ^ letter) * 0x100000001B3); // FNV-1a
        return new IndexRandom(RandomPurpose.HeldOut, hash, epoch: 0).Next(1_000_000) < share * 1_000_000;
    }
}
