using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Optimizers;

public sealed class GradientUpdateTests
{
    [Fact]
    public void Accumulated_batches_give_the_update_of_their_mean()
    {
        using var scope = NewDisposeScope();
        var (whole, parts) = (ones(4).requires_grad_(), ones(4).requires_grad_());
        using AdamW first = new([new("x", whole)]), second = new([new("x", parts)]);
        var inputs = tensor([1f, 2f, 3f, 5f, 7f, 11f, 13f, 17f], [2, 4]);
        GradientUpdate once = new(first), twice = new(second) { AccumulationSteps = 2 };
        once.Backward((inputs * whole).sum(1).mean());
        twice.Backward((inputs[0] * parts).sum());
        twice.Backward((inputs[1] * parts).sum());
        Assert.Equal(once.Apply(0.1).GradientNorm, twice.Apply(0.1).GradientNorm, 1e-5);
        Assert.Equal(whole.data<float>(), parts.data<float>());
    }

    [Fact]
    public void Clipping_scales_all_gradients_together_and_tells_the_length_before()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(1).requires_grad_(), zeros(1).requires_grad_());
        using AdamW optimizer = new([new("a", a), new("b", b)]);
        var state = optimizer.State.ToDictionary();
        var result = Update(new(optimizer) { MaxGradientNorm = 1 }, 30 * a + 40 * b);
        Assert.Equal(50, result.GradientNorm, 1e-4);
        Assert.Equal(0.1 * 0.6, state["a.exp_avg"].item<float>(), 1e-6);
        Assert.Equal(0.1 * 0.8, state["b.exp_avg"].item<float>(), 1e-6);
    }

    [Fact]
    public void Short_gradients_are_not_stretched()
    {
        using var scope = NewDisposeScope();
        var a = zeros(1).requires_grad_();
        using AdamW optimizer = new([new("a", a)]);
        Update(new(optimizer) { MaxGradientNorm = 1 }, 0.25f * a);
        Assert.Equal(0.025, optimizer.State.ToDictionary()["a.exp_avg"].item<float>(), 1e-7);
    }

    [Fact]
    public void A_loss_scale_changes_no_update()
    {
        using var scope = NewDisposeScope();
        var (plain, scaled) = (ones(3).requires_grad_(), ones(3).requires_grad_());
        using AdamW first = new([new("x", plain)]), second = new([new("x", scaled)]);
        using GradScaler scaler = new(1024);
        var weights = tensor([0.3f, -0.7f, 1.1f]);
        var one = Update(new(first) { MaxGradientNorm = 0.5 }, (weights * plain).sum());
        var other = Update(new(second) { MaxGradientNorm = 0.5, Scaler = scaler }, (weights * scaled).sum());
        Assert.Equal(one.GradientNorm, other.GradientNorm, 1e-6);
        Assert.Equal(plain.data<float>(), scaled.data<float>());
    }

    [Fact]
    public void After_an_overflow_nothing_changes_but_the_scale_which_recovers_with_time()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).requires_grad_();
        using AdamW optimizer = new([new("x", x)]);
        using GradScaler scaler = new(65536, growthInterval: 2);
        GradientUpdate update = new(optimizer) { Scaler = scaler };
        Assert.False(StepThroughHalf().Applied);
        Assert.Equal([1f, 1f], x.data<float>());
        Assert.Equal(0, optimizer.StepCount);
        Assert.Null(x.grad);
        Assert.Equal(32768, scaler.Scale);

        Assert.True(StepThroughHalf().Applied);
        Assert.True(StepThroughHalf().Applied);
        Assert.Equal(65536, scaler.Scale); // grown again after two good updates, and too far
        Assert.False(StepThroughHalf().Applied);
        Assert.Equal(32768, scaler.Scale);
        Assert.True(x.isfinite().all().item<bool>());

        // float16 ends at 65,504, so that the first scale makes the gradients infinite.
        GradientUpdateResult StepThroughHalf() => Update(update, x.to(ScalarType.Float16).mul(1).to(ScalarType.Float32).sum());
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_never_reaches_the_parameters()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).requires_grad_();
        using AdamW optimizer = new([new("x", x)]);
        var result = Update(new(optimizer), (x * float.NaN).sum());
        Assert.False(result.Applied);
        Assert.True(double.IsNaN(result.GradientNorm));
        Assert.Equal([1f, 1f], x.data<float>());
    }

    [Fact]
    public void A_scalers_state_continues_where_it_was()
    {
        using GradScaler first = new(8, growthInterval: 3), second = new(1, growthInterval: 3);
        first.Update(overflowed: true);
        first.Update(overflowed: false);
        first.Update(overflowed: false);
        foreach (var (stored, target) in first.State.Zip(second.State))
            target.Value.copy_(stored.Value);
        Assert.Equal(4, second.Scale);
        second.Update(overflowed: false);
        Assert.Equal(8, second.Scale);
    }

    private static GradientUpdateResult Update(GradientUpdate update, Tensor loss)
    {
        update.Backward(loss);
        return update.Apply(0.1);
    }
}
