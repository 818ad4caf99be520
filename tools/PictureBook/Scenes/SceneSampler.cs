namespace PictureBook.Scenes;

/// <summary>Thinks up scenes: which one depends on seed, index and split alone.</summary>
public static class SceneSampler
{
    private const double NoThings = 0.05, TwoThings = 0.55;

    /// <summary>The scene of a number.</summary>
    /// <param name="seed">The data set's seed.</param>
    /// <param name="index">The picture's number, from 0.</param>
    /// <param name="split">Which combinations may be in it.</param>
    public static Scene Sample(long seed, long index, Split split = Split.Train)
    {
        SceneRandom random = new(seed, index, SceneRandom.Purpose.Scene);
        // Nothing can be held out of an empty scene.
        if (split == Split.Train && random.Chance(NoThings))
            return WithLights(random, new() { Seed = seed, Index = index, Things = [], Sky = (Sky)random.Below(4), Ground = (Ground)random.Below(4) });
        bool two = random.Chance(TwoThings);
        while (true)
        {
            var sky = (Sky)random.Below(4);
            var ground = (Ground)random.Below(4);
            if (Things(random, two, split, ground, sky) is { } things)
                return WithLights(random, new() { Seed = seed, Index = index, Things = things, Sky = sky, Ground = ground });
        }
    }

    private static List<PlacedThing>? Things(SceneRandom random, bool two, Split split, Ground ground, Sky sky)
    {
        var places = Places(random, two);
        List<PlacedThing> things = [];
        foreach (var place in places)
        {
            if (Kind(random, split, ground, sky, things) is not { } kind)
                return null;
            things.Add(new(kind.Thing, kind.Colour, place, (ThingSize)random.Below(3)));
        }

        // Neighbours need room: one of them is small, the other medium at most.
        if (two && places[1] - places[0] == 1 && (int)things[0].Size + (int)things[1].Size > (int)ThingSize.Medium)
        {
            int smaller = random.Below(2), other = 1 - smaller;
            things[smaller] = things[smaller] with { Size = ThingSize.Small };
            if (things[other].Size == ThingSize.Large)
                things[other] = things[other] with { Size = ThingSize.Medium };
        }

        return things;
    }

    private static Place[] Places(SceneRandom random, bool two) => two
        ? random.Pick<Place[]>([Place.Left, Place.Right], [Place.Left, Place.Right], [Place.Left, Place.Right], [Place.Left, Place.Middle], [Place.Middle, Place.Right])
        : [random.Pick(Place.Left, Place.Middle, Place.Middle, Place.Right)];

    private static (Thing Thing, ThingColour Colour)? Kind(SceneRandom random, Split split, Ground ground, Sky sky, List<PlacedThing> others)
    {
        // As few as one kind in ten is allowed; a scene that has none is thought up anew.
        for (int attempt = 0; attempt < 100; attempt++)
        {
            var thing = random.PickFrom(AllThings.Table);
            // A thing in six colours is six to be learned: it comes up more often.
            if (!thing.HasColours && random.Chance(0.6))
                continue;
            var colour = random.PickFrom(thing.Colours);
            if (split.Allows(thing, colour, ground, sky) && others.All(other => other.Thing != thing))
                return (thing, colour);
        }

        return null;
    }

    private static Scene WithLights(SceneRandom random, Scene scene)
    {
        bool light = random.Chance(0.6);
        return scene with
        {
            HasSun = light && scene.Sky is (Sky.Day or Sky.Sunset),
            HasMoon = light && scene.Sky == Sky.Night,
            Clouds = scene.Sky switch
            {
                Sky.Rain => 2 + random.Below(2),
                Sky.Night => random.Chance(0.2) ? 1 : 0,
                _ => random.Pick(0, 0, 1, 2),
            },
        };
    }
}
