using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

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

    [Theory]
    [InlineData(40, 30, true)]
    [InlineData(40, 89, true)] // the width grows, the height loses a row
    [InlineData(20, 30, true)]
    [InlineData(40, 170, false)] // the height grows
    [InlineData(10, 69, true)] // the width loses 10 columns: 21 rows are more than twice as many,
    [InlineData(10, 70, false)] // 20 are not
    [InlineData(10, 80, false)]
    public void The_height_comes_first_where_it_loses_more_than_twice_the_pixels_that_the_width_loses(int width, int height,
        bool isHeightFirst)
    {
        // What is cut off at 0 and 255, and rounded, between the two directions depends on their order.
        var image = Pictures.Noise(20, 90);
        var resized = image.Resize(width, height).Buffer;
        var (heightFirst, widthFirst) =
            (image.Resize(20, height).Resize(width, height).Buffer, image.Resize(width, 90).Resize(width, height).Buffer);
        Assert.Equal(isHeightFirst ? heightFirst : widthFirst, resized);
        Assert.Equal(width == 20, heightFirst.SequenceEqual(widthFirst));
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
