namespace Amused.PictureBook;

/// <summary>A kind of thing that scenes are made of.</summary>
/// <param name="Name">Its noun, in lower case: <c>car</c>, <c>pine tree</c>.</param>
/// <param name="HasColours">Whether it comes in the seven colours; otherwise it has its own look.</param>
/// <param name="Habitat">Where it is in a scene.</param>
/// <param name="Scale">How large it is beside the others of its size, as a factor.</param>
public sealed record Thing(string Name, bool HasColours, Habitat Habitat, float Scale = 1)
{
    /// <summary>The colours that it comes in: the seven, or <see cref="ThingColour.None"/> alone.</summary>
    public IReadOnlyList<ThingColour> Colours => HasColours ? Palette.Colours : [ThingColour.None];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All things.</summary>
public static class AllThings
{
    /// <summary>The table; its order is part of what a seed means.</summary>
    public static IReadOnlyList<Thing> Table { get; } =
    [
        new("car", true, Habitat.Land, 1.05f),
        new("tractor", true, Habitat.Land, 1.05f),
        new("boat", true, Habitat.Water, 1.1f),
        new("balloon", true, Habitat.Air, 1.05f),
        new("book", true, Habitat.Land, 0.9f),
        new("shirt", true, Habitat.Land, 0.9f),
        new("umbrella", true, Habitat.Land, 0.95f),
        new("tulip", true, Habitat.Land),
        new("rose", true, Habitat.Land),
        new("gift", true, Habitat.Land, 0.9f),
        new("fish", true, Habitat.Water, 0.95f),
        new("teapot", true, Habitat.Land, 0.95f),
        new("mushroom", true, Habitat.Land, 0.95f),
        new("butterfly", true, Habitat.Air, 0.9f),
        new("house", true, Habitat.Land, 1.15f),
        new("tent", true, Habitat.Land, 1.05f),
        new("cat", false, Habitat.Land),
        new("dog", false, Habitat.Land),
        new("fox", false, Habitat.Land, 0.95f),
        new("rabbit", false, Habitat.Land, 0.95f),
        new("pig", false, Habitat.Land),
        new("elephant", false, Habitat.Land, 1.1f),
        new("penguin", false, Habitat.Land),
        new("frog", false, Habitat.Land, 0.9f),
        new("giraffe", false, Habitat.Land, 1.15f),
        new("dinosaur", false, Habitat.Land, 1.15f),
        new("duck", false, Habitat.Water, 0.95f),
        new("whale", false, Habitat.Water, 1.1f),
        new("bee", false, Habitat.Air, 0.85f),
        new("aeroplane", false, Habitat.Air, 1.05f),
        new("rocket", false, Habitat.Air),
        new("train", false, Habitat.Land, 1.05f),
        new("tree", false, Habitat.Land, 1.2f),
        new("pine tree", false, Habitat.Land, 1.2f),
        new("palm tree", false, Habitat.Land, 1.2f),
        new("cactus", false, Habitat.Land, 1.05f),
        new("sunflower", false, Habitat.Land),
        new("apple", false, Habitat.Land, 0.9f),
        new("strawberry", false, Habitat.Land, 0.9f),
        new("carrot", false, Habitat.Land, 0.95f),
        new("pumpkin", false, Habitat.Land, 0.95f),
        new("cake", false, Habitat.Land, 0.95f),
        new("snowman", false, Habitat.Land, 1.05f),
        new("castle", false, Habitat.Land, 1.2f),
    ];

    private static readonly Dictionary<string, Thing> ByName = Table.ToDictionary(thing => thing.Name, StringComparer.Ordinal);

    /// <summary>The thing of a name, or null.</summary>
    public static Thing? Find(string name) => ByName.GetValueOrDefault(name);
}
