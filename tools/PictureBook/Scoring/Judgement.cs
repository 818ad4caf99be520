using PictureBook.Reading;
using PictureBook.Scenes;

namespace PictureBook.Scoring;

/// <summary>What is right about one picture.</summary>
/// <param name="Things">The asked things that are in the picture, wherever.</param>
/// <param name="Colours">Of those that are in the picture and come in several colours, those that have the asked one.</param>
/// <param name="Places">Of those that are in the picture, those at the asked place.</param>
/// <param name="Sky">Whether the sky is the asked one.</param>
/// <param name="Ground">Whether the ground is the asked one.</param>
/// <param name="Extra">How many things are in the picture that nobody asked for.</param>
public sealed record Judgement(Share Things, Share Colours, Share Places, bool Sky, bool Ground, int Extra)
{
    /// <summary>Whether everything is as asked, and nothing besides.</summary>
    public bool IsAllRight => Things.Right == Things.Of && Colours.Right == Colours.Of && Places.Right == Places.Of && Sky && Ground && Extra == 0;

    /// <summary>Compares what was read with what was asked for.</summary>
    /// <param name="asked">The scene.</param>
    /// <param name="reading">What was read.</param>
    public static Judgement Of(Scene asked, PictureReading reading)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(reading);
        var pairs = asked.Things.Select(thing => (Asked: thing, Seen: Match(thing, reading.Things))).ToList();
        var found = pairs.Where(pair => pair.Seen is not null).Select(pair => (pair.Asked, Seen: pair.Seen!)).ToList();
        return new(
            new(found.Count, asked.Things.Count),
            Count(found.Where(pair => pair.Asked.Thing.HasColours), pair => pair.Seen.Colour == pair.Asked.Colour),
            Count(found, pair => pair.Seen.Place == pair.Asked.Place),
            reading.Sky == asked.Sky,
            reading.Ground == asked.Ground,
            reading.Things.Count - found.Count);
    }

    /// <summary>The seen thing of that kind; of several, the one at the asked place, else the one in the asked colour.</summary>
    private static SeenThing? Match(PlacedThing asked, IReadOnlyList<SeenThing> seen) =>
        seen.Where(one => one.Thing == asked.Thing).OrderByDescending(one => one.Place == asked.Place).ThenByDescending(one => one.Colour == asked.Colour).FirstOrDefault();

    private static Share Count(IEnumerable<(PlacedThing, SeenThing)> pairs, Func<(PlacedThing Asked, SeenThing Seen), bool> isRight) =>
        pairs.Aggregate(new Share(), (share, pair) => share.With(isRight(pair)));
}
