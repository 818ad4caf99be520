using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class TokenMaskingTests
{
    private const long Mask = 99;

    [Fact]
    public void What_is_masked_is_asked_for_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var tokens = randint(64, [8, 4, 6], generator: generator);
        var masked = new TokenMasking().Draw(tokens, Mask, generator);
        var hidden = masked.InputIds.eq(Mask);
        Assert.True(hidden.logical_xor(masked.Labels.eq(MaskedTokenLoss.Ignored)).all().item<bool>());
        Assert.True(where(hidden, masked.Labels, masked.InputIds).eq(tokens).all().item<bool>());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.6)]
    public void At_least_the_minimum_share_is_masked(double minimum)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(2);
        var masked = new TokenMasking { MinMaskingRate = minimum }.Draw(zeros([200, 5, 5], ScalarType.Int64), Mask, generator);
        Assert.Equal((long)Math.Round(25 * minimum), CountsOf(masked).Min());
    }

    [Fact]
    public void At_least_one_place_is_masked_and_at_most_all_are()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(3);
        var counts = CountsOf(new TokenMasking().Draw(zeros([500, 1, 3], ScalarType.Int64), Mask, generator));
        Assert.Equal([1L, 2, 3], counts.Distinct().Order());
    }

    [Fact]
    public void A_chance_of_0_draws_nothing_for_rectangles()
    {
        using var scope = NewDisposeScope();
        using Generator first = new(4), second = new(4);
        _ = new TokenMasking().Draw(zeros([3, 4, 4], ScalarType.Int64), Mask, first);
        _ = rand(3, generator: second);
        _ = rand([3, 16], generator: second);
        Assert.Equal(rand(1, generator: second).item<float>(), rand(1, generator: first).item<float>());
    }

    [Fact]
    public void Contiguous_masks_are_one_full_rectangle_inside_the_grid()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(5);
        var masked = new TokenMasking { ContiguousProbability = 1 }.Draw(zeros([100, 6, 9], ScalarType.Int64), Mask, generator);
        foreach (var image in masked.InputIds.eq(Mask).unbind(0))
        {
            var (rows, columns) = (image.any(1), image.any(0));
            Assert.Equal(rows.sum().item<long>() * columns.sum().item<long>(), image.sum().item<long>());
            Assert.True(IsOneRun(rows) && IsOneRun(columns));
        }
    }

    [Fact]
    public void About_the_asked_for_share_of_images_gets_a_rectangle()
    {
        using var scope = NewDisposeScope();
        using Generator plain = new(6), some = new(6);
        var tokens = zeros([1000, 8, 8], ScalarType.Int64);
        var scattered = new TokenMasking().Draw(tokens, Mask, plain);
        var mixed = new TokenMasking { ContiguousProbability = 0.15 }.Draw(tokens, Mask, some);
        var changed = scattered.InputIds.ne(mixed.InputIds).flatten(1).any(1).sum().item<long>();
        Assert.InRange(changed, 105, 190); // 1,000 draws of 0.15, less the few that would be alike anyway: 150 ± 11
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 3, 5)]
    [InlineData(15, 3, 5)]
    [InlineData(16, 16, 16)]
    public void A_rectangle_covers_the_count_with_less_than_a_column_to_spare(long count, long rows, long columns)
    {
        for (var i = 0; i < 64; i++)
        {
            var rectangle = MaskRectangle.Of(count, rows, columns, (i & 3) / 3.1, (i >> 2 & 3) / 3.1, (i >> 4) / 3.1);
            Assert.InRange(rectangle.Height * rectangle.Width, count, count + rectangle.Height - 1);
            Assert.InRange(rectangle.Top, 0, rows - rectangle.Height);
            Assert.InRange(rectangle.Left, 0, columns - rectangle.Width);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Shares_outside_0_to_1_are_refused(double value)
    {
        Assert.Throws<InvalidRequestException>(() => new TokenMasking { MinMaskingRate = value });
        Assert.Throws<InvalidRequestException>(() => new TokenMasking { ContiguousProbability = value });
        Assert.Throws<InvalidRequestException>(() => new ConditionDropout { Probability = value });
    }

    private static IReadOnlyList<long> CountsOf(MaskedTokens masked) => [.. masked.InputIds.eq(Mask).flatten(1).sum(1).data<long>()];

    private static bool IsOneRun(Tensor line)
    {
        var places = line.nonzero().flatten();
        return places[-1].item<long>() - places[0].item<long>() + 1 == places.numel();
    }
}
