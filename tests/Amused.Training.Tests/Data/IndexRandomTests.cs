using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class IndexRandomTests
{
    [Fact]
    public void A_permutation_holds_each_number_once_and_differs_from_epoch_to_epoch()
    {
        var first = Permutation(seed: 1, epoch: 0);
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        Assert.Equal(first, Permutation(seed: 1, epoch: 0));
        Assert.NotEqual(first, Permutation(seed: 1, epoch: 1));
        Assert.NotEqual(first, Permutation(seed: 2, epoch: 0));
    }

    [Fact]
    public void Every_place_of_a_permutation_takes_every_number_about_as_often()
    {
        const int count = 5, trials = 20_000;
        var hits = new int[count, count];
        for (int trial = 0; trial < trials; trial++)
        {
            var order = new IndexRandom(RandomPurpose.Order, 0, trial).Permutation(count);
            for (int place = 0; place < count; place++)
                hits[place, order[place]]++;
        }

        // Five standard deviations: √(trials · 1/5 · 4/5) is 57.
        Assert.All(hits.Cast<int>(), hit => Assert.InRange(hit, trials / count - 285, trials / count + 285));
    }

    [Fact]
    public void Draws_stay_below_their_bound_and_reach_each_number()
    {
        var draws = Enumerable.Range(0, 1000).Select(index => new IndexRandom(RandomPurpose.Example, 0, 0, index).Next(7)).ToArray();
        Assert.Equal(Enumerable.Range(0, 7), draws.Distinct().Order());
    }

    private static int[] Permutation(long seed, long epoch) => new IndexRandom(RandomPurpose.Order, seed, epoch).Permutation(100);
}
