using PictureBook.Scenes;

namespace PictureBook.Captions;

/// <summary>Words for what is in a scene. Each method gives words that are true of the scene, whatever the stream picks.</summary>
internal static class Phrases
{
    /// <summary>The name of a colour.</summary>
    public static string Of(ThingColour colour) => colour.ToString().ToLowerInvariant();

    /// <summary>The name of a colour, or another word for it.</summary>
    public static string Of(ThingColour colour, SceneRandom random) => colour == ThingColour.Purple && random.Chance(0.2) ? "violet" : Of(colour);

    /// <summary>A noun for a thing.</summary>
    public static string Of(Thing thing, SceneRandom random) => thing.Synonyms.Count > 0 ? random.PickFrom(thing.Synonyms) : thing.Name;

    /// <summary>A word for a size.</summary>
    public static string Of(ThingSize size, SceneRandom random) => size switch
    {
        ThingSize.Small => random.Pick("small", "small", "small", "little", "little", "tiny"),
        ThingSize.Medium => "medium-sized",
        _ => random.Pick("large", "big", "big", "big", "huge", "giant"),
    };

    /// <summary>Where a thing is.</summary>
    public static string Of(Place place, SceneRandom random) => place switch
    {
        Place.Left => random.Pick("on the left", "on the left", "on the left", "on the left side", "at the left", "to the left"),
        Place.Middle => random.Pick("in the middle", "in the middle", "in the middle", "in the centre", "in the center"),
        _ => random.Pick("on the right", "on the right", "on the right", "on the right side", "at the right", "to the right"),
    };

    /// <summary>What the scene's things are on, in or over.</summary>
    public static string Ground(Scene scene, SceneRandom random)
    {
        bool fly = scene.Things.All(thing => thing.Thing.Habitat == Habitat.Air), stand = scene.Things.All(thing => thing.Thing.Habitat == Habitat.Land);
        return scene.Ground switch
        {
            Scenes.Ground.Meadow => fly ? random.Pick("over a meadow", "above a meadow", "over the meadow", "over a field", "over the grass", "over green hills")
                : stand ? random.Pick("on a meadow", "in a meadow", "on the meadow", "on the grass", "in the grass", "on green grass", "in a field", "in a green field", "on a lawn")
                : random.Pick("in a meadow", "on a meadow", "in a field"),
            Scenes.Ground.Desert => fly ? random.Pick("over the desert", "above the desert", "over a desert", "over the sand", "over the sand dunes")
                : stand ? random.Pick("in the desert", "in the desert", "in a desert", "in a sandy desert", "on a sand dune", "on the sand", "in the dunes")
                : random.Pick("in the desert", "in a desert", "in a sandy desert"),
            Scenes.Ground.Snow => fly ? random.Pick("over the snow", "above the snow", "over snowy hills", "over a snowy landscape", "in winter")
                : stand ? random.Pick("in the snow", "in the snow", "in snow", "on the snow", "on snowy ground", "in a snowy landscape", "in winter")
                : random.Pick("in the snow", "in a snowy landscape", "in winter"),
            _ => fly ? random.Pick("over the sea", "above the sea", "over the ocean", "over the water", "by the sea")
                : stand ? random.Pick("by the sea", "by the sea", "on the beach", "on a beach", "at the beach", "at the seaside", "by the ocean", "on the shore", "at the coast")
                : scene.Things.All(thing => thing.Thing.Habitat == Habitat.Water) ? random.Pick("on the sea", "in the sea", "at sea", "by the sea", "on the water", "in the water", "on the ocean")
                : random.Pick("by the sea", "at the seaside", "by the ocean"),
        };
    }

    /// <summary>A ground by itself, for scenes with nothing on it.</summary>
    public static string Empty(Ground ground, SceneRandom random)
    {
        string noun = ground switch
        {
            Scenes.Ground.Meadow => random.Pick("a meadow", "a meadow", "the meadow", "a field", "a green field"),
            Scenes.Ground.Desert => random.Pick("a desert", "the desert", "the desert", "a sandy desert"),
            Scenes.Ground.Snow => random.Pick("a snowy landscape", "snowy ground", "the snow", "a snowy field"),
            _ => random.Pick("the sea", "the sea", "the ocean", "the open sea"),
        };
        return random.Below(6) switch
        {
            0 => $"just {noun}",
            1 => $"nothing but {noun}",
            2 when noun.StartsWith("a ", StringComparison.Ordinal) => $"an empty {noun[2..]}",
            3 => $"{noun} with nothing on it",
            _ => noun,
        };
    }

    /// <summary>Time of day and weather, sometimes told by sun, moon or clouds.</summary>
    public static string Of(Scene scene, SceneRandom random) => scene.Sky switch
    {
        Sky.Day when scene is { HasSun: true, Clouds: 0 } =>
            random.Pick("on a sunny day", "on a sunny day", "on a clear day", "by day", "during the day", "in the daytime", "under a blue sky", "in the sunshine"),
        Sky.Day when scene.Clouds == 0 => random.Pick("on a clear day", "on a clear day", "by day", "during the day", "in the daytime", "under a blue sky", "under a clear sky"),
        Sky.Day when !scene.HasSun => random.Pick("on a cloudy day", "by day", "during the day", "in the daytime", "under a blue sky"),
        Sky.Day => random.Pick("by day", "during the day", "on a sunny day", "under a blue sky"),
        Sky.Sunset => random.Pick("at sunset", "at sunset", "at sunset", "in the evening", "at dusk", "at sundown", "under an evening sky", "under an orange sky"),
        Sky.Night => random.Pick("at night", "at night", "at night", "by night", "on a starry night", "under the stars", "under a night sky", "under a starry sky", "in the dark", "at midnight"),
        _ => random.Pick("in the rain", "in the rain", "in the rain", "on a rainy day", "in rainy weather", "under a grey sky", "on a wet day"),
    };

    /// <summary>Snow and the time of day in one, or null where there is no such word.</summary>
    public static string? Winter(Scene scene, SceneRandom random) => (scene.Ground, scene.Sky) switch
    {
        (Scenes.Ground.Snow, Sky.Day) => random.Pick("on a snowy day", "on a winter day"),
        (Scenes.Ground.Snow, Sky.Sunset) => random.Pick("on a snowy evening", "on a winter evening"),
        (Scenes.Ground.Snow, Sky.Night) => random.Pick("on a snowy night", "on a snowy night", "on a winter night"),
        _ => null,
    };

    /// <summary>Time of day and weather as a clause of its own.</summary>
    public static string Clause(Scene scene, SceneRandom random) => scene.Sky switch
    {
        Sky.Day => scene.HasSun ? random.Pick("it is day", "the sun is shining", "the sky is blue", "it is sunny") : random.Pick("it is day", "it is daytime", "the sky is blue"),
        Sky.Sunset => scene.HasSun ? random.Pick("it is evening", "the sun is setting", "the sun goes down") : random.Pick("it is evening", "it is sunset", "it is dusk"),
        Sky.Night => scene.HasMoon ? random.Pick("it is night", "the moon is shining", "the moon is out") : random.Pick("it is night", "it is night", "it is dark", "the stars are out"),
        _ => random.Pick("it is raining", "it is raining", "it rains", "it is a rainy day"),
    };

    /// <summary>Sun, moon or clouds, or null when the sky is without.</summary>
    public static string? Lights(Scene scene, SceneRandom random)
    {
        List<string> lights = [];
        if (scene.HasSun)
            lights.AddRange(scene.Sky == Sky.Sunset ? ["with the setting sun", "with the sun", "with a low sun"] : ["with the sun", "under the sun", "with the sun in the sky"]);
        if (scene.HasMoon)
            lights.AddRange(["with the moon", "under the moon", "in the moonlight", "with the moon in the sky"]);
        if (scene.Clouds == 1)
            lights.AddRange(["with a cloud", "with a cloud in the sky"]);
        if (scene.Clouds > 1)
            lights.AddRange(["with clouds", "under a cloudy sky", "with clouds in the sky"]);
        if (scene.Clouds > 0 && scene.HasSun)
            lights.Add(scene.Clouds == 1 ? "with the sun and a cloud" : "with the sun and clouds");
        return lights.Count == 0 ? null : random.PickFrom(lights);
    }

    /// <summary>What a thing does where it is.</summary>
    public static string Verb(Thing thing, SceneRandom random) => thing.Habitat switch
    {
        Habitat.Land => random.Pick("is", "is", "stands", "is standing"),
        Habitat.Air => random.Pick("is", "flies", "is flying", "floats"),
        _ => random.Pick("is", "is", "floats"),
    };

    /// <summary>The words with <c>a</c> or <c>an</c> before them.</summary>
    public static string WithArticle(string words) => ("aeiou".Contains(words[0]) ? "an " : "a ") + words;
}
