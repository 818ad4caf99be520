namespace Amused.Training;

/// <summary>What a stream of draws is for: streams for different purposes share nothing.</summary>
internal enum RandomPurpose
{
    Order = 1,
    Buffer,
    Example,
    Crop,
    Step,
    HeldOut,
    Paste,
}

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014) started from a place instead of from a history: the draws at (seed, epoch, index) are the
/// same whatever was drawn before, which is what lets a run go on at any place and several threads draw at once.
/// </summary>
internal struct IndexRandom
{
    private ulong state;

    public IndexRandom(RandomPurpose purpose, long seed, long epoch, long index = 0)
    {
        state = (ulong)purpose;
        foreach (var part in (ReadOnlySpan<long>)[seed, epoch, index])
            state = Mix((state ^ (ulong)part) + 0x9E3779B97F4A7C15);
    }

    /// <summary>A number in [0, <paramref name="bound"/>).</summary>
    public int Next(int bound) => (int)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>The numbers 0 … <paramref name="count"/> − 1 in an order drawn from these draws (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Next(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    private ulong NextBits() => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
