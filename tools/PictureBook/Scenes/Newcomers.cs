namespace PictureBook.Scenes;

/// <summary>Brings things into scenes that the drawn world doesn't have: for showing them to a model that knows the others.</summary>
internal static class Newcomers
{
    /// <summary>
    /// The scene with one of its things replaced by a newcomer, which and by which one depending on its seed and index alone; where there was none, one is put in the middle.
    /// </summary>
    public static Scene Join(Scene scene, IReadOnlyList<Thing> newcomers)
    {
        if (newcomers.Count == 0)
            return scene;
        SceneRandom random = new(scene.Seed, scene.Index, SceneRandom.Purpose.Newcomer);
        PlacedThing[] things = scene.Things.Count > 0 ? [.. scene.Things] : [new(newcomers[0], ThingColour.None, Place.Middle, ThingSize.Medium)];
        var at = random.Below(things.Length);
        things[at] = things[at] with { Thing = random.PickFrom(newcomers), Colour = ThingColour.None };
        return scene with { Things = things };
    }
}
