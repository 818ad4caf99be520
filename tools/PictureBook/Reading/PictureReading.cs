using PictureBook.Scenes;

namespace PictureBook.Reading;

/// <summary>A thing that was seen in a picture.</summary>
/// <param name="Thing">What it is.</param>
/// <param name="Place">The third of the picture in which its middle is.</param>
/// <param name="Colour"><see cref="ThingColour.None"/> for things of one look; null where no colour could be told.</param>
/// <param name="Confidence">How sure the reader is of the thing, 0 to 1.</param>
public sealed record SeenThing(Thing Thing, Place Place, ThingColour? Colour, float Confidence);

/// <summary>What was read from a picture, without knowing what was asked for.</summary>
/// <param name="Things">The things, from left to right, at most one for each place.</param>
/// <param name="Sky">Time of day and weather.</param>
/// <param name="Ground">What things stand on.</param>
public sealed record PictureReading(IReadOnlyList<SeenThing> Things, Sky Sky, Ground Ground)
{
    /// <summary>In words: <c>red car left, fox right; night, snow</c>.</summary>
    public override string ToString()
    {
        var things = Things.Select(seen => $"{Words(seen.Colour)}{seen.Thing} {Lower(seen.Place)}");
        return $"{(Things.Count == 0 ? "nothing" : string.Join(", ", things))}; {Lower(Sky)}, {Lower(Ground)}";
    }

    private static string Words(ThingColour? colour) => colour switch
    {
        ThingColour.None => "",
        null => "? ",
        _ => Lower(colour.Value) + " ",
    };

    private static string Lower<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();
}
