using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Optimizers;

public sealed class EmaWeightsTests
{
    [Fact]
    public void Swapping_twice_gives_everything_back()
    {
        using var scope = NewDisposeScope();
        var parameter = tensor([1f, 2f]).requires_grad_();
        using EmaWeights average = new([new("x", parameter)]);
        using (no_grad())
            parameter.copy_(tensor([3f, 5f]));
        average.Swap();
        Assert.Equal([1f, 2f], parameter.data<float>());
        average.Swap();
        Assert.Equal([3f, 5f], parameter.data<float>());
        Assert.Equal([1f, 2f], average.Shadows.Single().Value.data<float>());
    }

    [Fact]
    public void Until_averaging_begins_the_average_is_a_copy_and_the_count_is_in_the_state()
    {
        using var scope = NewDisposeScope();
        var parameter = tensor([1f]);
        using EmaWeights average = new([new("x", parameter)], new() { UpdateAfter = 10 });
        parameter.fill_(7f);
        average.Update();
        var state = average.State.ToDictionary();
        Assert.Equal(7f, state["x.shadow"].item<float>());
        Assert.Equal(1, state["updates"].item<long>());
    }
}
