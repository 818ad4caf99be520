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
        TokenGrid start = new(3, 3, [0, 1, 2, 3, Mask, Mask, Mask, Mask, 4]);
        var state = State(start, new(6, new(1e6f, 1e6f), MaskingSchedule.Cosine));
        while (!state.Done)
        {
            Step(state, Logits(1, 3));
            Assert.All(start.Ids.ToArray().Index().Where(token => token.Item != Mask), token =>
                Assert.Equal(token.Item, state.Tokens[0].Ids[token.Index]));
        }
    }

    [Fact]
    public void Nothing_is_masked_when_nothing_is_unknown()
    {
        TokenGrid known = new(2, 4, [0, 1, 2, 3, 4, 5, 6, 7]);
        var state = State(known, Plan);
        Step(state, Logits(1, 2, 4));
        Assert.Equal([known], state.Tokens);
    }

    [Fact]
    public void Unknown_places_are_those_of_the_mask_token_in_row_major_order() =>
        Assert.Equal([1, 2, 5], MaskGitSampler.Unknown(new(2, 3, [0, Mask, Mask, 1, 2, Mask]), Mask));

    [Fact]
    public void A_single_unknown_position_waits_for_the_last_step()
    {
        var state = State(new(2, 2, [0, 1, Mask, 3]), Plan);
        for (var step = 0; step < Plan.Steps - 1; step++)
        {
            Step(state, Logits(1, 2));
            Assert.Equal(Mask, state.Tokens[0].Ids[2]);
        }
        Step(state, Logits(1, 2));
        Assert.NotEqual(Mask, state.Tokens[0].Ids[2]);
    }

    [Fact]
    public void A_plans_own_order_says_which_positions_become_known()
    {
        var state = State(new(1, 6, [.. Enumerable.Repeat(Mask, 6)]),
            new(6, TemperatureRange.Default, MaskingSchedule.Linear) { Order = new ReadingOrder() });
        for (var known = 1; known <= 6; known++)
        {
            Step(state, Logits(1, 1, 6));
            Assert.Equal(Enumerable.Range(known, 6 - known), MaskGitSampler.Unknown(state.Tokens[0], Mask));
        }
    }

    [Fact]
    public void A_picture_of_one_token_is_sampled()
    {
        var state = State(new(1, 1, [Mask]), Plan);
        while (!state.Done)
            Step(state, Logits(1, 1));
        Assert.InRange(state.Tokens[0].Ids[0], 0, 7);
    }

    [Fact]
    public void A_code_far_above_the_others_leaves_their_logarithms_finite()
    {
        using var scope = NewDisposeScope();
        // Below float32's least number the others' probabilities are 0, and their logarithms would be −inf.
        var logits = Logits(1, 4).index_fill(1, tensor(new long[] { 5 }), 200);
        var state = State(new(4, 4, [.. Enumerable.Repeat(Mask, 16)]), Plan);
        while (!state.Done)
            Step(state, logits);
        Assert.Equal(Enumerable.Repeat(5, 16), state.Tokens[0].Ids.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Logits_that_are_not_finite_are_refused(float value)
    {
        var state = State(new(2, 2, [Mask, Mask, Mask, Mask]), Plan);
        Assert.Throws<BrokenInputException>(() => Step(state, full([1L, 8, 2, 2], value)));
        var one = zeros(1, 8, 2, 2);
        one[0, 3, 1, 1] = value;
        if (value != float.NegativeInfinity) // One code that can't be drawn is sound.
            Assert.Throws<BrokenInputException>(() => Step(state, one));
    }

    [Theory]
    [InlineData(12, 7, 127)]
    [InlineData(12, 3, 221)]
    [InlineData(12, -1, 256)]
    public void Mask_counts_are_those_of_float32_and_not_of_double(int steps, int index, int expected) =>
        Assert.Equal(expected, (int)MathF.Floor(256 * new SamplingPlan(steps, TemperatureRange.Default, MaskingSchedule.Cosine)
            .MaskRatio(index)));

    [Fact]
    public void Mask_counts_are_PyTorchs_up_to_500_steps_at_every_usual_grid()
    {
        int[] sizes = [16, 64, 256, 384, 576, 1024, 1536, 2304, 4096];
        for (var steps = 1; steps <= 500; steps++)
        {
            using var scope = NewDisposeScope();
            var ratios = ((arange(1, steps + 1, dtype: ScalarType.Float32) / steps) * Math.PI / 2).cos().data<float>().ToArray();
            SamplingPlan plan = new(steps, TemperatureRange.Default, MaskingSchedule.Cosine);
            for (var index = 0; index < steps - 1; index++)
                Assert.All(sizes, size => Assert.Equal(MathF.Floor(size * ratios[index]), MathF.Floor(size * plan.MaskRatio(index))));
        }
    }

    [Fact]
    public void The_linear_schedule_falls_evenly() =>
        Assert.Equal([0.75f, 0.5f, 0.25f, 0f], Enumerable.Range(0, 4)
            .Select(new SamplingPlan(4, TemperatureRange.Default, MaskingSchedule.Linear).MaskRatio));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    public void Temperatures_go_from_the_first_to_the_last_in_even_steps(int steps)
    {
        var temperatures = new SamplingPlan(steps, new(2, 0.5f), MaskingSchedule.Linear).Temperatures;
        Assert.Equal(steps, temperatures.Count);
        Assert.Equal(2, temperatures[0]);
        for (var index = 1; index < steps; index++)
            Assert.Equal(2 - 1.5 * index / (steps - 1), temperatures[index], 1e-6);
    }

    private static SamplingState State(TokenGrid tokens, SamplingPlan plan) => new([tokens], Mask, plan, new RandomStream(0));

    private static void Step(SamplingState state, Tensor logits) => MaskGitSampler.Step(state, WholeLogits.OfUnknown(state, logits));

    private static Tensor Logits(int batch, int rows, int? columns = null) =>
        randn([batch, 8, rows, columns ?? rows], generator: new Generator(3));

    /// <summary>One position a step, from the first to the last.</summary>
    private sealed class ReadingOrder : ISamplingOrder
    {
        public bool[] StayMasked(SamplingState state, float startingMaskRatio, int[] unknown, float[] probabilities) =>
            [.. probabilities.Select((_, place) => unknown.Skip(1).Contains(place))];
    }
}
