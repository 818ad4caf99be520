using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class ConditionDropoutTests
{
    [Fact]
    public void Dropped_images_get_the_empty_prompt_and_the_others_keep_theirs()
    {
        using var scope = NewDisposeScope();
        var (states, empty) = (arange(12, dtype: ScalarType.Float32).view(3, 2, 2), full([1, 2, 2], -1f));
        var replaced = ConditionDropout.Replace(tensor([false, true, false]), states, empty);
        Assert.Equal([0f, 1, 2, 3, -1, -1, -1, -1, 8, 9, 10, 11], replaced.data<float>());
        Assert.Equal(4f, states[1, 0, 0].item<float>());
    }

    [Fact]
    public void Prompts_are_dropped_with_the_asked_for_chance_and_not_kept_with_it()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(7);
        var dropped = new ConditionDropout { Probability = 0.1 }.Draw(10_000, generator).sum().item<long>();
        Assert.InRange(dropped, 880, 1120); // ± 4 standard deviations
    }

    [Fact]
    public void A_chance_of_0_drops_nothing_and_draws_nothing()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(8), untouched = new(8);
        Assert.False(new ConditionDropout().Draw(100, generator).any().item<bool>());
        Assert.Equal(rand(1, generator: untouched).item<float>(), rand(1, generator: generator).item<float>());
    }
}
