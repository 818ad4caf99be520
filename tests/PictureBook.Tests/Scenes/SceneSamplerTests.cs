using PictureBook.Scenes;
using Xunit;

namespace PictureBook.Tests.Scenes;

public class SceneSamplerTests
{
    private static readonly List<Scene> Train = [.. Enumerable.Range(0, 4000).Select(i => SceneSampler.Sample(3, i))];
    private static readonly List<Scene> HeldOut = [.. Enumerable.Range(0, 2000).Select(i => SceneSampler.Sample(3, i, Split.HeldOut))];

    [Fact]
    public void A_held_out_combination_never_occurs_in_training_and_nothing_else_occurs_when_held_out()
    {
        Assert.All(Combinations(Train), combination => Assert.False(Rule(combination)));
        Assert.All(Combinations(HeldOut), combination => Assert.True(Rule(combination)));
        Assert.Empty(Combinations(Train).Intersect(Combinations(HeldOut)));
    }

    [Fact]
    public void About_a_tenth_of_all_combinations_is_held_out_and_every_thing_in_every_colour_is_trained()
    {
        var all = (
            from thing in AllThings.Table
            from colour in thing.Colours
            from ground in Enum.GetValues<Ground>()
            from sky in Enum.GetValues<Sky>()
            select (thing, colour, ground, sky)).ToList();
        Assert.InRange(all.Count(Rule) / (double)all.Count, 0.08, 0.12);
        foreach (var kind in all.GroupBy(combination => (combination.thing, combination.colour)))
        {
            Assert.True(kind.Where(combination => !Rule(combination)).Select(combination => combination.ground).Distinct().Count() == 4, $"{kind.Key} lacks a ground");
            Assert.True(kind.Where(combination => !Rule(combination)).Select(combination => combination.sky).Distinct().Count() == 4, $"{kind.Key} lacks a sky");
        }
    }

    /// <summary>Whoever changes the rule makes worthless what trained models were tested with.</summary>
    [Theory]
    [InlineData("car", ThingColour.Red, Ground.Snow, Sky.Day)]
    [InlineData("boat", ThingColour.Green, Ground.Snow, Sky.Day)]
    [InlineData("teapot", ThingColour.Purple, Ground.Snow, Sky.Sunset)]
    [InlineData("tent", ThingColour.Red, Ground.Desert, Sky.Rain)]
    [InlineData("duck", ThingColour.None, Ground.Sea, Sky.Day)]
    public void The_rule_stays_as_it_is(string thing, ThingColour colour, Ground ground, Sky sky) =>
        Assert.True(HeldOutRule.IsHeldOut(AllThings.Find(thing)!, colour, ground, sky));

    [Fact]
    public void Two_things_differ_and_stand_at_different_places_from_left_to_right()
    {
        Assert.All(Train.Concat(HeldOut), scene => Assert.InRange(scene.Things.Count, 0, 2));
        foreach (var scene in Train.Concat(HeldOut).Where(scene => scene.Things.Count == 2))
        {
            Assert.True(scene.Things[0].Place < scene.Things[1].Place);
            Assert.NotEqual(scene.Things[0].Thing, scene.Things[1].Thing);
        }
    }

    [Fact]
    public void Some_scenes_in_training_are_empty_and_none_that_is_held_out()
    {
        Assert.InRange(Train.Count(scene => scene.Things.Count == 0) / (double)Train.Count, 0.03, 0.07);
        Assert.Equal(16, Train.Where(scene => scene.Things.Count == 0).Select(scene => (scene.Sky, scene.Ground)).Distinct().Count());
        Assert.DoesNotContain(HeldOut, scene => scene.Things.Count == 0);
    }

    [Fact]
    public void Things_have_a_colour_when_they_come_in_several_and_only_then() =>
        Assert.All(Train.SelectMany(scene => scene.Things), thing => Assert.Equal(thing.Thing.HasColours, thing.Colour != ThingColour.None));

    [Fact]
    public void Sun_moon_and_clouds_go_with_the_sky()
    {
        Assert.All(Train.Where(scene => scene.HasSun), scene => Assert.True(scene.Sky is Sky.Day or Sky.Sunset));
        Assert.All(Train.Where(scene => scene.HasMoon), scene => Assert.Equal(Sky.Night, scene.Sky));
        Assert.All(Train.Where(scene => scene.Sky == Sky.Rain), scene => Assert.True(scene.Clouds > 0));
    }

    [Fact]
    public void Everything_comes_up()
    {
        Assert.Equal(AllThings.Table.Sum(thing => thing.Colours.Count), Things().Select(thing => (thing.Thing, thing.Colour)).Distinct().Count());
        Assert.Equal(9, Things().Select(thing => (thing.Place, thing.Size)).Distinct().Count());
        Assert.Equal(16, Train.Select(scene => (scene.Sky, scene.Ground)).Distinct().Count());
        Assert.Equal(4, Train.Select(scene => (scene.HasSun || scene.HasMoon, scene.Clouds > 0)).Distinct().Count());
    }

    [Fact]
    public void A_scene_depends_on_seed_index_and_split_alone()
    {
        var again = SceneSampler.Sample(3, 17);
        Assert.Equal(Train[17].Things, again.Things);
        Assert.Equal(Train[17] with { Things = [] }, again with { Things = [] });
        Assert.NotEqual(Train[17].Things, SceneSampler.Sample(4, 17).Things);
        Assert.NotEqual(Train[17].Things, HeldOut[17].Things);
    }

    private static IEnumerable<PlacedThing> Things() => Train.SelectMany(scene => scene.Things);

    private static bool Rule((Thing Thing, ThingColour Colour, Ground Ground, Sky Sky) it) => HeldOutRule.IsHeldOut(it.Thing, it.Colour, it.Ground, it.Sky);

    private static IEnumerable<(Thing Thing, ThingColour Colour, Ground Ground, Sky Sky)> Combinations(IEnumerable<Scene> scenes) =>
        scenes.SelectMany(scene => scene.Things.Select(thing => (thing.Thing, thing.Colour, scene.Ground, scene.Sky))).Distinct();
}
