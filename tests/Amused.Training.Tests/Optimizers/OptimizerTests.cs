using Amused.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const int Large = 70_001; // more than one thread's stretch, and no whole number of blocks

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_update_in_memory_is_the_update_by_tensor_operations(bool quantized)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var fast = randn(Large, generator: generator);
        var clear = fast.clone();
        using var fastMoments = MomentsOf(fast, quantized);
        using var clearMoments = MomentsOf(clear, quantized);
        for (var step = 1; step <= 3; step++)
        {
            var gradient = randn(Large, generator: generator);
            AdamWUpdate update = new(new(), step, 1e-2, decays: true, gradientScale: 0.5);
            fastMoments.Apply(0, fast.Elements<float>(0, Large), gradient.Elements<float>(0, Large), update);
            clearMoments.Apply(clear, gradient, update);
            Agreement.AssertClose("parameter", clear, fast, 1e-6);
            clear.copy_(fast);
            foreach (var (one, other) in fastMoments.State.Zip(clearMoments.State))
            {
                AssertNearlySame(one.Key, other.Value, one.Value);
                other.Value.copy_(one.Value); // else a code that differs by one would show in later parameters
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restored_state_continues_bit_for_bit(bool quantized)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(2);
        var whole = randn(5000, generator: generator).requires_grad_();
        using var uninterrupted = Make(quantized, whole);
        List<Tensor> gradients = [.. Enumerable.Range(0, 6).Select(_ => randn(5000, generator: generator))];
        Step(uninterrupted, whole, gradients[..3]);

        var resumed = whole.detach().clone().requires_grad_();
        using var second = Make(quantized, resumed);
        foreach (var (stored, target) in uninterrupted.State.Zip(second.State))
        {
            Assert.Equal(stored.Key, target.Key);
            target.Value.copy_(stored.Value);
        }
        Step(uninterrupted, whole, gradients[3..]);
        Step(second, resumed, gradients[3..]);
        Assert.Equal(6, second.StepCount);
        Agreement.AssertSame("parameter", whole.detach(), resumed.detach());
        foreach (var (one, other) in uninterrupted.State.Zip(second.State))
            Agreement.AssertSame(one.Key, one.Value, other.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_result_does_not_depend_on_how_the_threads_share_the_work(bool quantized)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3);
        var (start, gradient) = (randn(Large, generator: generator), randn(Large, generator: generator));
        var parameter = start.clone().requires_grad_();
        using var optimizer = Make(quantized, parameter);
        Step(optimizer, parameter, [gradient]);

        using var moments = MomentsOf(start, quantized);
        moments.Apply(0, start.Elements<float>(0, Large), gradient.Elements<float>(0, Large), new(new() { DecayRule = WeightDecay.OfMatrices }, 1, 1e-2, false, 1));
        Agreement.AssertSame("parameter", start, parameter.detach());
    }

    [Fact]
    public void Parameters_without_a_gradient_are_left_alone()
    {
        using var scope = NewDisposeScope();
        var (moved, still) = (ones(3).requires_grad_(), ones([3, 3]).requires_grad_());
        using AdamW optimizer = new([new("moved", moved), new("still", still)]);
        moved.grad = ones(3);
        optimizer.Step(0.1);
        Assert.NotEqual(1f, moved[0].item<float>());
        Assert.True(still.eq(1).all().item<bool>());
        optimizer.ClearGradients();
        Assert.Null(moved.grad);
    }

    [Fact]
    public void The_first_step_goes_by_the_learning_rate_after_decay()
    {
        using var scope = NewDisposeScope();
        var parameter = full([2, 2], 2f).requires_grad_();
        using AdamW optimizer = new([new("weight", parameter)], new() { Decay = 0.5 });
        parameter.grad = tensor([3f, -3f, 1f, -1f], [2, 2]);
        optimizer.Step(0.1);
        // 2·(1 − 0.1·0.5) = 1.9, then ∓ 0.1: the moments' ratio is the gradient's sign at first.
        Agreement.AssertClose("parameter", tensor([1.8f, 2f, 1.8f, 2f], [2, 2]), parameter.detach(), 1e-6);
    }

    [Fact]
    public void Gradients_in_another_memory_layout_are_updated_by_place()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(4);
        var gradient = randn([80, 70], generator: generator);
        var (one, other) = (ones([80, 70]).requires_grad_(), ones([80, 70]).requires_grad_());
        using AdamW first = new([new("x", one)]), second = new([new("x", other)]);
        Step(first, one, [gradient]);
        Step(second, other, [gradient.t().contiguous().t()]);
        Agreement.AssertSame("parameter", one.detach(), other.detach());
    }

    [Fact]
    public void Eight_bits_take_about_two_bytes_per_number_and_small_tensors_stay_float32()
    {
        using var scope = NewDisposeScope();
        using AdamW8Bit optimizer = new([new("large", zeros([1024, 1024]).requires_grad_()), new("small", zeros(4095).requires_grad_())]);
        var state = optimizer.State.ToDictionary();
        Assert.Equal(ScalarType.Byte, state["large.exp_avg.codes"].dtype);
        Assert.Equal(ScalarType.Float32, state["small.exp_avg"].dtype);
        Assert.InRange(optimizer.StateByteCount - 2 * 4 * 4095, 2 << 20, 2.1 * (1 << 20));
    }

    [Fact]
    public void Training_with_8_bits_ends_where_float32_does()
    {
        using var scope = NewDisposeScope();
        Assert.InRange(FinalLoss(quantized: true) / FinalLoss(quantized: false), 0.98, 1.02);
    }

    [Fact]
    public void An_optimizer_of_nothing_is_refused() => Assert.Throws<InvalidRequestException>(() => new AdamW([]));

    /// <summary>Fits a layer of 64 × 80 to the noisy outputs of another one: a loss that stays well above 0.</summary>
    private static double FinalLoss(bool quantized)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(5);
        var (truth, weight) = (randn([64, 80], generator: generator), zeros([64, 80]).requires_grad_());
        using var optimizer = Make(quantized, weight);
        var last = 0.0;
        for (var step = 0; step < 500; step++)
        {
            using var inner = NewDisposeScope();
            var inputs = randn([32, 80], generator: generator);
            var outputs = inputs.matmul(truth.t()) + randn([32, 64], generator: generator);
            var loss = (inputs.matmul(weight.t()) - outputs).square().mean();
            loss.backward();
            optimizer.Step(2e-2);
            optimizer.ClearGradients();
            last = 0.9 * last + 0.1 * loss.item<float>();
        }
        return last;
    }

    private static Optimizer Make(bool quantized, Tensor parameter) =>
        quantized ? new AdamW8Bit([new("x", parameter)]) : new AdamW([new("x", parameter)]);

    private static Moments MomentsOf(Tensor parameter, bool quantized) => quantized ? new QuantizedMoments(parameter) : new Float32Moments(parameter);

    private static void Step(Optimizer optimizer, Tensor parameter, IEnumerable<Tensor> gradients)
    {
        foreach (var gradient in gradients)
        {
            parameter.grad = gradient.clone(); // keeps the layout
            optimizer.Step(1e-2);
        }
    }

    /// <summary>Codes may differ where two orders of arithmetic put a number on either side of a boundary.</summary>
    private static void AssertNearlySame(string what, Tensor expected, Tensor actual)
    {
        if (expected.dtype != ScalarType.Byte)
            Agreement.AssertClose(what, expected, actual, 1e-5);
        else
            Assert.InRange(expected.ne(actual).sum().item<long>(), 0, Large / 1000);
    }
}
