using PictureBook.Reading;
using PictureBook.Scenes;
using PictureBook.Scoring;
using Xunit;

namespace PictureBook.Tests.Scoring;

public sealed class JudgementTests
{
    private static readonly Thing Car = AllThings.Find("car")!, Fox = AllThings.Find("fox")!, Gift = AllThings.Find("gift")!;

    /// <summary>A red car on the left and a fox on the right, at night in the snow.</summary>
    private static readonly Scene Asked = new()
    {
        Seed = 0, Index = 0, Sky = Sky.Night, Ground = Ground.Snow,
        Things = [new(Car, ThingColour.Red, Place.Left, ThingSize.Small), new(Fox, ThingColour.None, Place.Right, ThingSize.Small)],
    };

    private static readonly SeenThing RedCar = new(Car, Place.Left, ThingColour.Red, 1), RightFox = new(Fox, Place.Right, ThingColour.None, 1);

    [Fact]
    public void What_is_as_asked_is_all_right()
    {
        var judgement = Judge(Sky.Night, Ground.Snow, RedCar, RightFox);
        Assert.Equal(new Judgement(new(2, 2), new(1, 1), new(2, 2), Sky: true, Ground: true, Extra: 0), judgement);
        Assert.True(judgement.IsAllRight);
    }

    [Fact]
    public void A_thing_at_another_place_is_there_and_misplaced()
    {
        var judgement = Judge(Sky.Night, Ground.Snow, RedCar, RightFox with { Place = Place.Middle });
        Assert.Equal((new Share(2, 2), new Share(1, 2)), (judgement.Things, judgement.Places));
        Assert.False(judgement.IsAllRight);
    }

    [Fact]
    public void A_colour_counts_only_where_the_thing_is_there_and_has_one()
    {
        Assert.Equal(new Share(0, 1), Judge(Sky.Night, Ground.Snow, RedCar with { Colour = ThingColour.Purple }, RightFox).Colours);
        Assert.Equal(new Share(0, 1), Judge(Sky.Night, Ground.Snow, RedCar with { Colour = null }, RightFox).Colours);
        Assert.Equal(new Share(0, 0), Judge(Sky.Night, Ground.Snow, RightFox).Colours);
    }

    [Fact]
    public void A_missing_thing_and_one_in_its_stead_are_both_told()
    {
        var judgement = Judge(Sky.Night, Ground.Snow, RedCar, new SeenThing(Gift, Place.Right, ThingColour.Red, 1));
        Assert.Equal((new Share(1, 2), new Share(1, 1), 1), (judgement.Things, judgement.Places, judgement.Extra));
    }

    [Fact]
    public void Of_a_thing_seen_twice_the_one_at_the_asked_place_counts_and_the_other_is_extra()
    {
        var judgement = Judge(Sky.Night, Ground.Snow, RedCar with { Place = Place.Middle, Colour = ThingColour.Blue }, RedCar, RightFox);
        Assert.Equal((new Share(1, 1), new Share(2, 2), 1), (judgement.Colours, judgement.Places, judgement.Extra));
        Assert.False(judgement.IsAllRight);
    }

    [Fact]
    public void Sky_and_ground_are_judged_by_themselves()
    {
        Assert.Equal((false, true), (Judge(Sky.Day, Ground.Snow).Sky, Judge(Sky.Day, Ground.Snow).Ground));
        Assert.Equal((true, false), (Judge(Sky.Night, Ground.Sea).Sky, Judge(Sky.Night, Ground.Sea).Ground));
    }

    [Fact]
    public void Judgements_add_up_to_scores()
    {
        var one = Asked with { Things = [Asked.Things[0]] };
        var scores = SceneScores.Of(
        [
            Judge(Sky.Night, Ground.Snow, RedCar, RightFox), Judge(Sky.Rain, Ground.Snow, RedCar), Judgement.Of(one, new([RedCar, RightFox], Sky.Night, Ground.Sea)),
        ]);
        Assert.Equal(
            [("thing", new(4, 5)), ("colour", new(3, 3)), ("place", new(4, 4)), ("sky", new(2, 3)), ("ground", new(2, 3)), ("both things", new(1, 2)), ("nothing else", new(2, 3)), ("all right", new(1, 3))],
            scores.All);
    }

    private static Judgement Judge(Sky sky, Ground ground, params SeenThing[] seen) => Judgement.Of(Asked, new(seen, sky, ground));
}
