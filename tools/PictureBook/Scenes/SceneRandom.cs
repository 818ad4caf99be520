namespace PictureBook.Scenes;

/// <summary>
/// A small random stream of its own, so that pictures stay the same whatever the runtime's is: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014), begun from a seed, a picture's number and a purpose.
/// </summary>
internal sealed class SceneRandom(long seed, long index, SceneRandom.Purpose purpose)
{
    /// <summary>What a stream is for: a change of the one's draws leaves the others alone.</summary>
    public enum Purpose
    {
        /// <summary>What is in the scene.</summary>
        Scene = 1,

        /// <summary>How it is worded.</summary>
        Caption = 2,

        /// <summary>Where things are exactly.</summary>
        Layout = 3,

        /// <summary>Stars, clouds, what shines.</summary>
        Sky = 4,

        /// <summary>Which thing gives way to a newcomer.</summary>
        Newcomer = 5,

        /// <summary>Hills, grass, waves.</summary>
        Ground = 6,

        /// <summary>Drops.</summary>
        Rain = 7,
    }

    private ulong state = Mix(Mix(Mix((ulong)seed + 0x9E3779B97F4A7C15) ^ (ulong)index) + (ulong)purpose);

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)((ulong)count * (Next() >> 32) >> 32);

    /// <summary>One of several.</summary>
    public T PickFrom<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>One of several.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float Between(float low, float high) => low + (high - low) * (float)Fraction();

    /// <summary>Mixes 64 bits so that each depends on all.</summary>
    public static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    private double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next() => Mix(state += 0x9E3779B97F4A7C15);
}
