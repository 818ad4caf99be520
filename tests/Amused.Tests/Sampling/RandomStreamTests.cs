using Amused.Sampling;
using Xunit;

namespace Amused.Tests.Sampling;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_engine_is_the_Mersenne_Twister_that_its_authors_published()
    {
        // The 10,000th number of the default seed, as the C++ standard requires of std::mt19937.
        var engine = new MersenneTwister(5489);
        engine.Skip(9_999);
        Span<uint> number = stackalloc uint[1];
        engine.Fill(number);
        Assert.Equal(4123659995u, number[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(623)]
    [InlineData(624)]
    [InlineData(1250)]
    public void Numbers_do_not_depend_on_how_many_are_taken_at_once(int piece)
    {
        var (whole, parts) = (new uint[5000], new uint[5000]);
        new MersenneTwister(1).Fill(whole);
        var engine = new MersenneTwister(1);
        for (var start = 0; start < parts.Length; start += piece)
            engine.Fill(parts.AsSpan(start, Math.Min(piece, parts.Length - start)));
        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Leaving_a_row_out_leaves_the_later_draws_as_they_are()
    {
        var probabilities = Enumerable.Range(0, 50).Select(i => 1f + i % 7).ToArray();
        var (all, some) = (new RandomStream(3), new RandomStream(3));
        all.Multinomial(probabilities);
        some.SkipMultinomial(probabilities.Length);
        Assert.Equal(all.Multinomial(probabilities), some.Multinomial(probabilities));
    }

    [Fact]
    public void Categories_come_as_often_as_their_probabilities_say()
    {
        float[] probabilities = [0.5f, 0, 0.3f, 0.2f];
        var counts = new int[4];
        var random = new RandomStream(1);
        for (var i = 0; i < 20_000; i++)
            counts[random.Multinomial(probabilities)]++;
        Assert.Equal(0, counts[1]);
        for (var category = 0; category < 4; category++)
            Assert.InRange(counts[category], 20_000 * probabilities[category] - 350, 20_000 * probabilities[category] + 350);
    }

    [Fact]
    public void Uniform_numbers_lie_from_0_to_below_1()
    {
        var numbers = new RandomStream(-1).Uniform(100_000);
        Assert.All(numbers, number => Assert.InRange(number, 0, 0.99999995f));
        Assert.InRange(numbers.Average(), 0.495, 0.505);
    }
}
