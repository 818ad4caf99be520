namespace Amused.PictureBook.Captions;

/// <summary>
/// Puts a scene into words: in varied order and detail, and never more than the picture shows. A caption has at most <see cref="MostWords"/> words, commas among them.
/// </summary>
public static class CaptionWriter
{
    /// <summary>The most words and commas that a caption has, so that it fits 32 tokens of a small vocabulary with its start and its end.</summary>
    public const int MostWords = 26;

    private const double NamesSize = 0.5, NamesMedium = 0.15, NamesLights = 0.35;

    private static readonly Habits Varied = new(Keywords: 0.05, Colour: 0.95, Place: 0.75, BothPlaces: 0.8, SidesOnly: 0.15, Ground: 0.85, Sky: 0.85);

    private static readonly Habits Complete = new(Keywords: 0, Colour: 1, Place: 1, BothPlaces: 1, SidesOnly: 0, Ground: 1, Sky: 1);

    /// <summary>Words a scene; the same scene always gets the same words.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="detail">How much is told.</param>
    public static string Write(Scene scene, CaptionDetail detail = CaptionDetail.Varied)
    {
        ArgumentNullException.ThrowIfNull(scene);
        SceneRandom random = new(scene.Seed, scene.Index, SceneRandom.Purpose.Caption);
        var habits = detail == CaptionDetail.Complete ? Complete : Varied;
        while (true)
        {
            string caption = random.Chance(habits.Keywords) ? Keywords(scene, random) : Sentence(scene, random, habits);
            if (Words(caption) <= MostWords)
                return caption;
        }
    }

    /// <summary>How many words and commas a caption has; a hyphen parts two words and is one itself.</summary>
    internal static int Words(string caption) => caption.Count(c => c == ' ') + 1 + caption.Count(c => c == ',') + 2 * caption.Count(c => c == '-');

    private static string Sentence(Scene scene, SceneRandom random, Habits habits)
    {
        string? ground = random.Chance(habits.Ground) ? Phrases.Ground(scene, random) : null;
        string? sky = random.Chance(habits.Sky) ? Phrases.Of(scene, random) : null;
        string? lights = random.Chance(NamesLights) ? Phrases.Lights(scene, random) : null;
        string things = Things(scene, random, habits);
        string?[] parts = random.Below(10) switch
        {
            0 when sky is not null => [sky + ",", things, ground, lights],
            1 when ground is not null => [ground + ",", things, sky, lights],
            2 when sky is not null && ground is not null => [ground, sky + ",", things, lights],
            3 or 4 => [things, sky, ground, lights],
            _ => [things, ground, sky, lights],
        };
        string text = string.Join(' ', parts.OfType<string>());
        return parts[0] == things && random.Chance(0.07) ? $"{random.Pick("a picture of", "a drawing of", "a scene with")} {text}" : text;
    }

    private static string Things(Scene scene, SceneRandom random, Habits habits)
    {
        bool place = random.Chance(habits.Place);
        string[] things = [.. scene.Things.Select(thing => Phrases.WithArticle(Noun(thing, random, habits)))];
        if (things.Length == 1)
            return place ? $"{things[0]} {Phrases.Of(scene.Things[0].Place, random)}" : things[0];
        // Things are told from left to right or from right to left.
        var (first, second) = random.Chance(0.5) ? (0, 1) : (1, 0);
        if (!place)
            return $"{things[first]} {random.Pick("and", "and", "and", "next to", "beside")} {things[second]}";
        if (random.Chance(habits.SidesOnly))
            return $"{things[first]} {(first == 0 ? random.Pick("to the left of", "left of") : random.Pick("to the right of", "right of"))} {things[second]}";
        string firstPlace = " " + Phrases.Of(scene.Things[first].Place, random), secondPlace = " " + Phrases.Of(scene.Things[second].Place, random);
        bool both = random.Chance(habits.BothPlaces);
        return $"{things[first]}{firstPlace} and {things[second]}{(both ? secondPlace : "")}";
    }

    private static string Noun(PlacedThing thing, SceneRandom random, Habits habits)
    {
        string colour = thing.Colour != ThingColour.None && random.Chance(habits.Colour) ? Phrases.Of(thing.Colour) + " " : "";
        string size = random.Chance(thing.Size == ThingSize.Medium ? NamesMedium : NamesSize) ? Phrases.Of(thing.Size, random) + " " : "";
        return $"{size}{colour}{thing.Thing.Name}";
    }

    private static string Keywords(Scene scene, SceneRandom random)
    {
        List<string> words = [.. scene.Things.Select(thing => Noun(thing, random, Varied))];
        if (random.Chance(Varied.Ground))
            words.Add(scene.Ground.ToString().ToLowerInvariant());
        if (random.Chance(Varied.Sky))
            words.Add(scene.Sky.ToString().ToLowerInvariant());
        if (scene.HasSun && random.Chance(NamesLights))
            words.Add("sun");
        if (scene.HasMoon && random.Chance(NamesLights))
            words.Add("moon");
        return string.Join(", ", words);
    }

    /// <summary>With which probabilities things are told, and how.</summary>
    private sealed record Habits(double Keywords, double Colour, double Place, double BothPlaces, double SidesOnly, double Ground, double Sky);
}
