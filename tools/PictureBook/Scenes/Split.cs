namespace PictureBook.Scenes;

/// <summary>Which combinations a data set is made of.</summary>
public enum Split
{
    /// <summary>Those to train with: no thing whose combination is held out.</summary>
    Train,

    /// <summary>Those to test with: only things whose combination is held out.</summary>
    HeldOut,
}

/// <summary>
/// The rule by which a tenth of all combinations of thing, colour, ground and sky is kept from training, so that it can be tested whether a model puts together what it never saw
/// together. It depends on their names alone: on no seed, table or style.
/// </summary>
public static class HeldOutRule
{
    private const ulong PerHundred = 10;

    /// <summary>Whether a combination is kept from training.</summary>
    public static bool IsHeldOut(Thing thing, ThingColour colour, Ground ground, Sky sky)
    {
        ArgumentNullException.ThrowIfNull(thing);
        // FNV-1a, whose weak upper bits are mixed in the end.
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in $"{thing.Name}|{colour}|{ground}|{sky}".ToLowerInvariant())
            hash = (hash ^ letter) * 0x100000001B3;
        return SceneRandom.Mix(hash) % 100 < PerHundred;
    }

    /// <summary>Whether a thing may be in such a scene.</summary>
    internal static bool Allows(this Split split, Thing thing, ThingColour colour, Ground ground, Sky sky) =>
        IsHeldOut(thing, colour, ground, sky) == (split == Split.HeldOut);
}
