using Amused.Imaging;
using Xunit;

namespace Amused.Tests.Imaging;

public sealed class PillowResamplingTests
{
    public static TheoryData<ResampleFilter> Filters => [.. Enum.GetValues<ResampleFilter>()];

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_plain_picture_stays_plain(ResampleFilter filter)
    {
        var small = Pictures.Plain(50, 40, 255, 1, 128).Resize(13, 57, filter);
        Assert.Equal(Pictures.Plain(13, 57, 255, 1, 128).Pixels, small.Pixels);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void Grey_and_RGB_pictures_are_resized_alike(ResampleFilter filter)
    {
        var grey = Pictures.Noise(61, 47).ToGrey();
        foreach (var (width, height) in new[] { (20, 90), (100, 10), (33, 21), (61, 80) })
            Assert.Equal(grey.Resize(width, height, filter).ToRgb().Pixels, grey.ToRgb().Resize(width, height, filter).Pixels);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void The_same_size_is_a_copy(ResampleFilter filter)
    {
        var image = Pictures.Noise(9, 8);
        Assert.Equal(image.Pixels, image.Resize(9, 8, filter).Pixels);
    }

    [Fact]
    public void Halving_by_the_box_is_the_rounded_mean_of_each_pair_of_columns_then_of_rows() =>
        // (1 + 2) / 2 → 2, (3 + 10) / 2 → 7, (2 + 7) / 2 → 5; of all four at once the mean is 4.
        Assert.Equal([5], new GreyImage(2, 2, [1, 2, 3, 10]).Resize(1, 1, ResampleFilter.Box).Buffer);

    [Fact]
    public void The_height_comes_first_where_it_shrinks_much_more_than_the_width()
    {
        // Stripes that overshoot when the width grows: what is cut off at 0 and 255 in between depends on the order.
        var image = Pictures.Noise(20, 90);
        Assert.Equal(image.Resize(20, 30).Resize(40, 30).Pixels, image.Resize(40, 30).Pixels);
        Assert.NotEqual(image.Resize(40, 90).Resize(40, 30).Buffer, image.Resize(40, 30).Buffer);
        Assert.Equal(image.Resize(40, 90).Resize(40, 170).Pixels, image.Resize(40, 170).Pixels);
    }

    [Fact]
    public void Lines_resized_side_by_side_are_those_resized_alone()
    {
        // Large enough that several threads share the work; each row of the source alone is not.
        var image = Pictures.Noise(3000, 64);
        var all = image.Resize(500, 64);
        for (int y = 0; y < 64; y++)
        {
            var row = new RgbImage(3000, 1, image.Pixels.Slice(y * 9000, 9000).ToArray());
            Assert.Equal(row.Resize(500, 1).Pixels, all.Pixels.Slice(y * 1500, 1500));
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    public void A_size_below_one_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Pictures.Noise(4, 4).Resize(width, height));
}
