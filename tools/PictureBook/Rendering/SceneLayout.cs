using PictureBook.Scenes;

namespace PictureBook.Rendering;

/// <summary>Where the things of a scene are; all lengths are fractions of the picture's side, from its upper left corner.</summary>
/// <param name="View">Which of the backdrops of its ground and sky it has, 0 or 1.</param>
/// <param name="Horizon">How high the ground begins.</param>
/// <param name="Beach">How high the beach begins, at the sea when someone stands there; otherwise null.</param>
/// <param name="Things">The things' places, in the scene's order.</param>
internal sealed record SceneLayout(int View, float Horizon, float? Beach, IReadOnlyList<ThingPlace> Things)
{
    private const float SeaHorizon = 8 / 16f, BeachTop = 11 / 16f;

    /// <summary>How high things fly: where their middles are.</summary>
    private const float Flight = 0.29f;

    /// <summary>The horizon of each view.</summary>
    private static readonly float[] LandHorizons = [9 / 16f, 10 / 16f];

    /// <summary>The middle of each third.</summary>
    private static readonly float[] Columns = [0.215f, 0.5f, 0.785f];

    private const float Apart = 0.03f;

    private static readonly float[] Sides = [0.25f, 0.34f, 0.42f];

    /// <summary>How far below the horizon, or the beach's edge, feet are: what is larger stands nearer.</summary>
    private static readonly float[] Depths = [0.09f, 0.17f, 0.26f];

    private static readonly float[] BeachDepths = [0.06f, 0.19f, 0.19f];

    /// <summary>The middle of a column, as a fraction of the width.</summary>
    public static float Column(Place place) => Columns[(int)place];

    /// <summary>Lays a scene out.</summary>
    public static SceneLayout Of(Scene scene)
    {
        SceneRandom random = new(scene.Seed, scene.Index, SceneRandom.Purpose.Layout);
        bool isSea = scene.Ground == Ground.Sea;
        int view = random.Below(LandHorizons.Length);
        float horizon = isSea ? SeaHorizon : LandHorizons[view];
        float? beach = isSea && scene.Things.Any(thing => thing.Thing.Habitat == Habitat.Land) ? BeachTop : null;
        // Neighbours step apart, each away from the other's column.
        bool areNeighbours = scene.Things is [var left, var right] && right.Place - left.Place == 1;
        return new(view, horizon, beach, [.. scene.Things.Select((thing, i) => Put(thing, areNeighbours ? (2 * i - 1) * Apart : 0, horizon, beach, isSea))]);
    }

    private static ThingPlace Put(PlacedThing thing, float apart, float horizon, float? beach, bool isSea)
    {
        int size = (int)thing.Size;
        float side = Sides[size] * thing.Thing.Scale;
        float bottom = thing.Thing.Habitat switch
        {
            Habitat.Air => Flight + side / 2,
            Habitat.Water when isSea => beach is null ? horizon + Depths[size] + 0.03f : (horizon + beach.Value) / 2,
            _ when beach is { } edge => edge + BeachDepths[size],
            _ => horizon + Depths[size],
        };
        return new(Column(thing.Place) + apart, bottom, side);
    }
}

/// <summary>A thing's place, to be brought onto the grid of <see cref="Sprite"/>.</summary>
/// <param name="Centre">Its middle, from left to right.</param>
/// <param name="Bottom">Where it ends below: feet, or the line of water.</param>
/// <param name="Side">The longer of its sides.</param>
internal readonly record struct ThingPlace(float Centre, float Bottom, float Side);
