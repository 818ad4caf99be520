namespace PictureBook.Scenes;

/// <summary>A thing in a scene.</summary>
/// <param name="Thing">What it is.</param>
/// <param name="Colour">Its colour; <see cref="ThingColour.None"/> for things with one look only.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Size">How large it is drawn.</param>
public sealed record PlacedThing(Thing Thing, ThingColour Colour, Place Place, ThingSize Size);

/// <summary>All that is true of a picture and that words can tell. What is left open (where stars and hills are) follows from seed and index.</summary>
public sealed record Scene
{
    /// <summary>The data set's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The picture's number in the data set, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>At most two things, at different places, from left to right.</summary>
    public required IReadOnlyList<PlacedThing> Things { get; init; }

    /// <summary>Time of day and weather.</summary>
    public required Sky Sky { get; init; }

    /// <summary>What things stand on.</summary>
    public required Ground Ground { get; init; }

    /// <summary>Whether the sun is seen: by day or at sunset.</summary>
    public bool HasSun { get; init; }

    /// <summary>Whether the moon is seen: at night.</summary>
    public bool HasMoon { get; init; }

    /// <summary>How many clouds there are, 0 to 3; some whenever it rains.</summary>
    public int Clouds { get; init; }
}
