using Amused.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Sampling;

public sealed class MaskGitSamplerTests
{
    private const int Mask = 9;
    private static readonly SamplingPlan Plan = new(6, TemperatureRange.Default, MaskingSchedule.Cosine);

    [Fact]
    public void Known_tokens_are_never_masked_again_however_high_the_temperature()
    {
        using var scope = NewDisposeScope();
        var known = tensor(new long[] { 0, 1, 2, 3, Mask, Mask, Mask, Mask, 4 }, [1, 3, 3], ScalarType.Int64);
        using var state = new SamplingState(known.clone(), Mask, new(6, new(1e6f, 1e6f), MaskingSchedule.Cosine), new RandomStream(0));
        while (!state.Done)
        {
            MaskGitSampler.Step(state, Logits(1, 3));
            Assert.True(state.Tokens.eq(known).logical_or(known.eq(Mask)).all().item<bool>());
        }
    }

    [Fact]
    public void Nothing_is_masked_when_nothing_is_unknown()
    {
        using var scope = NewDisposeScope();
        var known = arange(8, dtype: ScalarType.Int64).view(1, 2, 4);
        using var state = new SamplingState(known.clone(), Mask, Plan, new RandomStream(0));
        MaskGitSampler.Step(state, Logits(1, 2, 4));
        Assert.True(Same(known, state.Tokens));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(1000)]
    public void Draws_do_not_depend_on_how_many_are_made_at_once(long mostAtOnce)
    {
        using var scope = NewDisposeScope();
        var unknown = (rand([2, 30], generator: new Generator(1)) < 0.5).contiguous();
        var probabilities = randn([unknown.sum().item<long>(), Mask], generator: new Generator(2)).softmax(-1).contiguous();
        RandomStream whole = new(5), parts = new(5);
        Assert.True(Same(MaskGitSampler.Draw(probabilities, unknown, whole), MaskGitSampler.Draw(probabilities, unknown, parts, mostAtOnce)));
        float[] next = [0], after = [0];
        whole.Uniform(next);
        parts.Uniform(after);
        Assert.Equal(next, after);
    }

    [Fact]
    public void A_single_unknown_position_waits_for_the_last_step()
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(new long[] { 0, 1, Mask, 3 }, [1, 2, 2], ScalarType.Int64);
        using var state = new SamplingState(tokens, Mask, Plan, new RandomStream(0));
        for (var step = 0; step < Plan.Steps - 1; step++)
        {
            MaskGitSampler.Step(state, Logits(1, 2));
            Assert.Equal(Mask, state.Tokens.flatten()[2].item<long>());
        }
        MaskGitSampler.Step(state, Logits(1, 2));
        Assert.NotEqual(Mask, state.Tokens.flatten()[2].item<long>());
    }

    [Fact]
    public void A_picture_of_one_token_is_sampled()
    {
        using var scope = NewDisposeScope();
        using var state = new SamplingState(full([1L, 1, 1], Mask, dtype: ScalarType.Int64), Mask, Plan, new RandomStream(0));
        while (!state.Done)
            MaskGitSampler.Step(state, Logits(1, 1));
        Assert.InRange(state.Tokens.item<long>(), 0, 7);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Logits_in_half_precision_are_sampled_in_float32(ScalarType type)
    {
        using var scope = NewDisposeScope();
        // One code far above the others: in half precision the others' probabilities would be 0 and their logarithms −inf.
        var logits = Logits(2, 4).index_fill(1, tensor(new long[] { 5 }), 40).to(type);
        using var half = new SamplingState(full([2L, 4, 4], Mask, dtype: ScalarType.Int64), Mask, Plan, new RandomStream(1));
        using var wide = new SamplingState(full([2L, 4, 4], Mask, dtype: ScalarType.Int64), Mask, Plan, new RandomStream(1));
        while (!half.Done)
        {
            MaskGitSampler.Step(half, logits);
            MaskGitSampler.Step(wide, logits.to(ScalarType.Float32));
            Assert.True(Same(wide.Tokens, half.Tokens));
        }
        Assert.True(half.Tokens.eq(5).all().item<bool>());
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_refused()
    {
        using var scope = NewDisposeScope();
        using var state = new SamplingState(full([1L, 2, 2], Mask, dtype: ScalarType.Int64), Mask, Plan, new(0));
        Assert.Throws<BrokenInputException>(() => MaskGitSampler.Step(state, full([1L, 8, 2, 2], float.NaN)));
    }

    [Theory]
    [InlineData(12, 7, 127)]
    [InlineData(12, 3, 221)]
    [InlineData(12, -1, 256)]
    public void Mask_counts_are_those_of_float32_and_not_of_double(int steps, int index, int expected) =>
        Assert.Equal(expected, (int)MathF.Floor(256 * new SamplingPlan(steps, TemperatureRange.Default, MaskingSchedule.Cosine).MaskRatio(index)));

    [Fact]
    public void The_linear_schedule_falls_evenly() =>
        Assert.Equal([0.75f, 0.5f, 0.25f, 0f], Enumerable.Range(0, 4).Select(new SamplingPlan(4, TemperatureRange.Default, MaskingSchedule.Linear).MaskRatio));

    private static bool Same(Tensor left, Tensor right) => left.eq(right).all().item<bool>();

    private static Tensor Logits(int batch, int rows, int? columns = null) => randn([batch, 8, rows, columns ?? rows], generator: new Generator(3));
}
