using PictureBook.Prompts;
using PictureBook.Scenes;
using Xunit;

namespace PictureBook.Tests.Prompts;

public sealed class ScenePromptsTests
{
    [Fact]
    public void Every_thing_is_in_a_combination_that_training_never_has() =>
        Assert.All(ScenePrompts.Make(60), prompt => Assert.All(prompt.Scene.Things, thing => Assert.True(HeldOutRule.IsHeldOut(thing.Thing, thing.Colour, prompt.Scene.Ground, prompt.Scene.Sky))));

    [Fact]
    public void Words_name_each_thing_with_place_and_colour() => Assert.All(ScenePrompts.Make(60), prompt =>
    {
        foreach (var thing in prompt.Scene.Things)
        {
            Assert.Contains(thing.Thing.Name, prompt.Text);
            Assert.Matches(thing.Place switch { Place.Left => "left", Place.Right => "right", _ => "middle|centre|center" }, prompt.Text);
            if (thing.Thing.HasColours)
                Assert.Contains(thing.Colour.ToString().ToLowerInvariant(), prompt.Text);
        }
    });

    [Theory]
    [InlineData(0.5, 20)]
    [InlineData(0.25, 10)]
    [InlineData(0, 0)]
    [InlineData(1, 40)]
    public void The_share_of_two_things_is_kept(double share, int two) => Assert.Equal(two, ScenePrompts.Make(40, 5, share).Count(prompt => prompt.Scene.Things.Count == 2));

    [Fact]
    public void More_prompts_begin_with_the_fewer()
    {
        Assert.Equal(ScenePrompts.Make(12, 7).Select(prompt => prompt.Text), ScenePrompts.Make(30, 7).Take(12).Select(prompt => prompt.Text));
        Assert.NotEqual(ScenePrompts.Make(12, 8).Select(prompt => prompt.Text), ScenePrompts.Make(12, 7).Select(prompt => prompt.Text));
    }

    [Fact]
    public void A_share_beyond_one_is_refused() => Assert.Throws<InvalidRequestException>(() => ScenePrompts.Make(3, 0, 1.5));
}
