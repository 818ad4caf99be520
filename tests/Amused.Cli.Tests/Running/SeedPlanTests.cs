using Amused.Cli.Running;
using Amused.Sampling;
using Xunit;

namespace Amused.Cli.Tests.Running;

public sealed class SeedPlanTests
{
    [Fact]
    public void One_seed_counts_up_from_picture_to_picture()
    {
        var plan = SeedPlan.Create([7], imagesPerPrompt: 2, rows: 2, GeneratorMode.PerImage);
        Assert.Equal([7, 8, 9, 10], Enumerable.Range(0, 4).Select(plan.Of));
    }

    [Fact]
    public void A_shared_generator_gives_all_pictures_its_seed()
    {
        var plan = SeedPlan.Create([7], imagesPerPrompt: 2, rows: 1, GeneratorMode.Shared);
        Assert.Equal([7, 7], Enumerable.Range(0, 2).Select(plan.Of));
    }

    [Fact]
    public void Several_seeds_make_as_many_pictures()
    {
        var plan = SeedPlan.Create([5, 3, 9, 1], imagesPerPrompt: null, rows: 2, GeneratorMode.PerImage);
        Assert.Equal(2, plan.ImagesPerPrompt);
        Assert.Equal([5, 3, 9, 1], Enumerable.Range(0, 4).Select(plan.Of));
    }

    [Fact]
    public void Without_a_seed_each_call_has_another_one() =>
        Assert.NotEqual(SeedPlan.Create([], null, 1, default).Of(0), SeedPlan.Create([], null, 1, default).Of(0));

    [Fact]
    public void The_last_seed_is_followed_by_the_first() =>
        Assert.Equal(long.MinValue, SeedPlan.Create([long.MaxValue], 2, 1, GeneratorMode.PerImage).Of(1));

    [Theory]
    [InlineData(2, 1)]
    [InlineData(null, 2)]
    public void As_many_seeds_as_pictures_are_needed(int? imagesPerPrompt, int rows) =>
        Assert.Throws<InvalidRequestException>(() => SeedPlan.Create([1, 2, 3], imagesPerPrompt, rows, GeneratorMode.PerImage));
}
