namespace PictureBook.Scenes;

/// <summary>A kind of thing that scenes are made of.</summary>
/// <param name="Name">Its noun, in lower case: <c>car</c>, <c>pine tree</c>.</param>
/// <param name="HasColours">Whether it comes in the six colours; otherwise it has its own look.</param>
/// <param name="Habitat">Where it is in a scene.</param>
/// <param name="Scale">How large it is beside the others of its size, as a factor.</param>
public sealed record Thing(string Name, bool HasColours, Habitat Habitat, float Scale = 1)
{
    /// <summary>The colours that it comes in: the six, or <see cref="ThingColour.None"/> alone.</summary>
    public IReadOnlyList<ThingColour> Colours => HasColours ? Palette.Colours : [ThingColour.None];

    /// <summary>Other nouns that captions have for it.</summary>
    /// <value>The default value is empty.</value>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>All things.</summary>
public static class AllThings
{
    /// <summary>The table; its order is part of what a seed means.</summary>
    public static IReadOnlyList<Thing> Table { get; } =
    [
        new("car", true, Habitat.Land, 1.05f) { Synonyms = ["automobile"] },
        new("boat", true, Habitat.Water, 1.1f) { Synonyms = ["sailboat", "sailing boat", "ship"] },
        new("balloon", true, Habitat.Air, 1.05f),
        new("umbrella", true, Habitat.Land, 0.95f) { Synonyms = ["parasol"] },
        new("gift", true, Habitat.Land, 0.9f) { Synonyms = ["present"] },
        new("teapot", true, Habitat.Land, 0.95f),
        new("house", true, Habitat.Land, 1.15f) { Synonyms = ["cottage", "home", "hut"] },
        new("tent", true, Habitat.Land, 1.05f),
        new("cat", false, Habitat.Land) { Synonyms = ["kitten", "kitty"] },
        new("dog", false, Habitat.Land) { Synonyms = ["puppy"] },
        new("fox", false, Habitat.Land, 0.95f),
        new("rabbit", false, Habitat.Land, 0.95f) { Synonyms = ["bunny", "hare"] },
        new("pig", false, Habitat.Land) { Synonyms = ["piglet"] },
        new("elephant", false, Habitat.Land, 1.1f),
        new("penguin", false, Habitat.Land),
        new("frog", false, Habitat.Land, 0.9f) { Synonyms = ["toad"] },
        new("duck", false, Habitat.Water, 0.95f),
        new("whale", false, Habitat.Water, 1.1f),
        new("rocket", false, Habitat.Air) { Synonyms = ["spaceship"] },
        new("tree", false, Habitat.Land, 1.2f),
        new("cactus", false, Habitat.Land, 1.05f),
        new("sunflower", false, Habitat.Land) { Synonyms = ["flower"] },
        new("snowman", false, Habitat.Land, 1.05f),
        new("castle", false, Habitat.Land, 1.2f) { Synonyms = ["fortress"] },
    ];

    private static readonly Dictionary<string, Thing> ByName = Table.ToDictionary(thing => thing.Name, StringComparer.Ordinal);

    /// <summary>The thing of a name, or null.</summary>
    public static Thing? Find(string name) => ByName.GetValueOrDefault(name);
}
