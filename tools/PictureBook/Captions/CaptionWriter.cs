using PictureBook.Scenes;

namespace PictureBook.Captions;

/// <summary>
/// Puts a scene into words: in varied order and detail, and never more than the picture shows. A caption has at most <see cref="MostWords"/> words, commas and full stops
/// among them.
/// </summary>
public static class CaptionWriter
{
    /// <summary>The most words, commas and full stops that a caption has, so that it fits 32 tokens of a small vocabulary with its start and its end.</summary>
    public const int MostWords = 26;

    private const double NamesSize = 0.5, NamesMedium = 0.15, NamesLights = 0.35;

    private static readonly Habits Varied = new()
    {
        Keywords = 0.05, Colour = 0.95, Place = 0.75, BothPlaces = 0.8, SidesOnly = 0.15, Ground = 0.85, Sky = 0.85, Synonyms = 0.25, Winter = 0.25, Clauses = 0.15, Verbs = 0.15, Loose = 0.1,
    };

    private static readonly Habits Complete = new() { Colour = 1, Place = 1, BothPlaces = 1, Ground = 1, Sky = 1 };

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

    /// <summary>How many words, commas and full stops a caption has; a hyphen parts two words and is one itself.</summary>
    internal static int Words(string caption) => caption.Count(c => c == ' ') + 1 + caption.Count(c => c is ',' or '.') + 2 * caption.Count(c => c == '-');

    private static string Sentence(Scene scene, SceneRandom random, Habits habits)
    {
        string? ground = random.Chance(habits.Ground) ? Phrases.Ground(scene, random) : null;
        string? sky = random.Chance(habits.Sky) ? Phrases.Of(scene, random) : null;
        string? clause = sky is not null && random.Chance(habits.Clauses) ? Phrases.Clause(scene, random) : null;
        if (clause is not null)
            sky = null;
        else if (ground is not null && sky is not null && random.Chance(habits.Winter) && Phrases.Winter(scene, random) is { } winter)
            (ground, sky) = (null, winter);
        string? lights = random.Chance(NamesLights) ? Phrases.Lights(scene, random) : null;
        string text = scene.Things.Count == 0 ? Backdrop(scene, random, sky, lights) : InOrder(scene, random, habits, ground, sky, lights);
        if (clause is not null)
            text = random.Below(4) switch { 0 => $"{clause}, {text}", 1 => $"{clause} and {text}", 2 => $"{text}, {clause}", _ => $"{text}. {clause}" };
        return random.Chance(habits.Loose) ? text + "." : text;
    }

    private static string Backdrop(Scene scene, SceneRandom random, string? sky, string? lights) =>
        string.Join(' ', new[] { Phrases.Empty(scene.Ground, random), sky, lights }.OfType<string>());

    private static string InOrder(Scene scene, SceneRandom random, Habits habits, string? ground, string? sky, string? lights)
    {
        bool there = random.Chance(habits.Verbs);
        string things = there ? There(scene, random) + Things(scene, random, habits, verbs: 0) : Things(scene, random, habits, habits.Verbs);
        string?[] parts = random.Below(10) switch
        {
            0 when sky is not null => [sky + ",", things, ground, lights],
            1 when ground is not null => [ground + ",", things, sky, lights],
            2 when sky is not null && ground is not null => [ground, sky + ",", things, lights],
            3 or 4 => [things, sky, ground, lights],
            _ => [things, ground, sky, lights],
        };
        string text = string.Join(' ', parts.OfType<string>());
        return parts[0] == things && !there && random.Chance(0.07) ? $"{random.Pick("a picture of", "a drawing of", "a scene with")} {text}" : text;
    }

    private static string There(Scene scene, SceneRandom random) => scene.Things.Count > 1 && random.Chance(0.5) ? "there are " : "there is ";

    private static string Things(Scene scene, SceneRandom random, Habits habits, double verbs)
    {
        bool place = random.Chance(habits.Place);
        string[] things = [.. scene.Things.Select(thing => Named(thing, random, habits))];
        if (things.Length == 1)
        {
            string? verb = random.Chance(verbs) ? Phrases.Verb(scene.Things[0].Thing, random) : null;
            return place ? One(things[0], verb, Phrases.Of(scene.Things[0].Place, random), random.Chance(habits.Loose)) : things[0];
        }

        // Things are told from left to right or from right to left.
        var (first, second) = random.Chance(0.5) ? (0, 1) : (1, 0);
        if (!place)
            return $"{things[first]} {random.Pick("and", "and", "and", "and", "next to", "beside", "with", "near")} {things[second]}";
        if (random.Chance(habits.SidesOnly))
            return $"{things[first]} {(first == 0 ? random.Pick("to the left of", "left of", "on the left of") : random.Pick("to the right of", "right of", "on the right of"))} {things[second]}";
        string firstPlace = Phrases.Of(scene.Things[first].Place, random), secondPlace = Phrases.Of(scene.Things[second].Place, random);
        string both = random.Chance(habits.BothPlaces) ? " " + secondPlace : "";
        return both.Length > 0 && random.Chance(habits.Loose)
            ? $"{firstPlace} {things[first]}, {secondPlace} {things[second]}"
            : $"{things[first]} {firstPlace} {(random.Chance(habits.Loose) ? "with" : "and")} {things[second]}{both}";
    }

    private static string One(string thing, string? verb, string place, bool placeFirst) =>
        verb is not null ? $"{thing} {verb} {place}" : placeFirst ? $"{place} {thing}" : $"{thing} {place}";

    /// <summary>A thing with its article and all that is told of it.</summary>
    private static string Named(PlacedThing thing, SceneRandom random, Habits habits)
    {
        string noun = Noun(thing, random, habits);
        return random.Chance(habits.Loose) ? random.Pick("the " + noun, "one " + noun, noun) : Phrases.WithArticle(noun);
    }

    private static string Noun(PlacedThing thing, SceneRandom random, Habits habits)
    {
        string noun = random.Chance(habits.Synonyms) ? Phrases.Of(thing.Thing, random) : thing.Thing.Name;
        string size = random.Chance(thing.Size == ThingSize.Medium ? NamesMedium : NamesSize) ? Phrases.Of(thing.Size, random) + " " : "";
        if (thing.Colour == ThingColour.None || !random.Chance(habits.Colour))
            return size + noun;
        string colour = random.Chance(habits.Synonyms) ? Phrases.Of(thing.Colour, random) : Phrases.Of(thing.Colour);
        return $"{size}{colour} {noun}";
    }

    private static string Keywords(Scene scene, SceneRandom random)
    {
        List<string> words = [.. scene.Things.Select(thing => Noun(thing, random, Varied))];
        if (words.Count == 0 || random.Chance(Varied.Ground))
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
    private sealed record Habits
    {
        /// <summary>Words and commas alone.</summary>
        public double Keywords { get; init; }

        public double Colour { get; init; }

        public double Place { get; init; }

        public double BothPlaces { get; init; }

        /// <summary>Which of two things is left or right of the other, and no more.</summary>
        public double SidesOnly { get; init; }

        public double Ground { get; init; }

        public double Sky { get; init; }

        /// <summary>Another noun than the thing's first.</summary>
        public double Synonyms { get; init; }

        /// <summary>"On a snowy night" for snow and night.</summary>
        public double Winter { get; init; }

        /// <summary>"It is night" for "at night".</summary>
        public double Clauses { get; init; }

        public double Verbs { get; init; }

        /// <summary>Each of: other articles or none, the place before the thing, a full stop at the end.</summary>
        public double Loose { get; init; }
    }
}
