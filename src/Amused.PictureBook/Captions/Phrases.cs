namespace Amused.PictureBook.Captions;

/// <summary>Words for what is in a scene. Each method gives words that are true of the scene, whatever the stream picks.</summary>
internal static class Phrases
{
    /// <summary>The name of a colour.</summary>
    public static string Of(ThingColour colour) => colour.ToString().ToLowerInvariant();

    /// <summary>A word for a size.</summary>
    public static string Of(ThingSize size, SceneRandom random) => size switch
    {
        ThingSize.Small => random.Pick("small", "small", "little", "tiny"),
        ThingSize.Medium => "medium-sized",
        _ => random.Pick("large", "big", "big", "huge"),
    };

    /// <summary>Where a thing is.</summary>
    public static string Of(Place place, SceneRandom random) => place switch
    {
        Place.Left => random.Pick("on the left", "on the left", "on the left side", "at the left"),
        Place.Middle => random.Pick("in the middle", "in the middle", "in the centre"),
        _ => random.Pick("on the right", "on the right", "on the right side", "at the right"),
    };

    /// <summary>What the scene's things are on, in or over.</summary>
    public static string Ground(Scene scene, SceneRandom random)
    {
        bool fly = scene.Things.All(thing => thing.Thing.Habitat == Habitat.Air), stand = scene.Things.All(thing => thing.Thing.Habitat == Habitat.Land);
        return scene.Ground switch
        {
            PictureBook.Ground.Meadow => fly ? random.Pick("over a meadow", "above a meadow", "over green hills")
                : stand ? random.Pick("on a meadow", "in a meadow", "on the grass", "on green grass") : "in a meadow",
            PictureBook.Ground.Desert => fly ? random.Pick("over the desert", "above the desert", "over the sand dunes")
                : stand ? random.Pick("in the desert", "in the desert", "in a sandy desert", "on a sand dune") : random.Pick("in the desert", "in a sandy desert"),
            PictureBook.Ground.Snow => fly ? random.Pick("over the snow", "above the snow", "over snowy hills")
                : stand ? random.Pick("in the snow", "in the snow", "on the snow", "on a snowy field") : random.Pick("in the snow", "on a snowy field"),
            _ => fly ? random.Pick("over the sea", "above the sea", "over the water")
                : stand ? random.Pick("by the sea", "by the sea", "on the beach", "at the seaside")
                : scene.Things.All(thing => thing.Thing.Habitat == Habitat.Water) ? random.Pick("on the sea", "in the sea", "by the sea", "on the water") : "by the sea",
        };
    }

    /// <summary>Time of day and weather, sometimes told by sun, moon or clouds.</summary>
    public static string Of(Scene scene, SceneRandom random) => scene.Sky switch
    {
        Sky.Day when scene is { HasSun: true, Clouds: 0 } => random.Pick("on a sunny day", "on a sunny day", "on a clear day", "by day", "under a blue sky"),
        Sky.Day when scene.Clouds == 0 => random.Pick("on a clear day", "on a clear day", "by day", "during the day", "under a blue sky"),
        Sky.Day when !scene.HasSun => random.Pick("on a cloudy day", "by day", "during the day", "under a blue sky"),
        Sky.Day => random.Pick("by day", "during the day", "on a sunny day", "under a blue sky"),
        Sky.Sunset => random.Pick("at sunset", "at sunset", "at sunset", "in the evening", "at dusk", "under an evening sky"),
        Sky.Night => random.Pick("at night", "at night", "at night", "on a starry night", "under the stars", "under a night sky"),
        _ => random.Pick("in the rain", "in the rain", "on a rainy day", "in rainy weather"),
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

    /// <summary>The words with <c>a</c> or <c>an</c> before them.</summary>
    public static string WithArticle(string words) => ("aeiou".Contains(words[0]) ? "an " : "a ") + words;
}
