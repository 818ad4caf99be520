using Xunit;

namespace Amused.Tests;

public sealed class PictureSizeTests
{
    private static readonly PictureSize small = new(16, 16, 128), published256 = new(16, 16, 256), published512 = new(16, 32, 512);

    /// <summary>All within the model's 64, 256 and 256 cells.</summary>
    [Theory]
    [InlineData(128, 128, 128, 128)]
    [InlineData(127, 129, 128, 128)]
    [InlineData(4000, 3000, 144, 112)]
    [InlineData(3000, 4000, 112, 144)]
    [InlineData(4000, 6000, 96, 144)]
    [InlineData(1, 1, 128, 128)]
    [InlineData(15, 15, 128, 128)]
    [InlineData(100, 400, 64, 256)]
    [InlineData(2000, 500, 256, 64)]
    [InlineData(60_000, 1, 1024, 16)]
    [InlineData(1, 60_000, 16, 1024)]
    [InlineData(int.MaxValue, 1, 1024, 16)]
    public void A_picture_keeps_its_shape_and_comes_to_no_more_pixels_than_the_models_own(int width, int height, int fitWidth,
        int fitHeight) =>
        Assert.Equal((fitWidth, fitHeight), small.Fit(width, height));

    [Theory]
    [InlineData(6000, 4000, 304, 208)]
    [InlineData(1920, 1080, 336, 192)]
    [InlineData(256, 256, 256, 256)]
    public void A_photo_comes_to_the_published_models_own_size(int width, int height, int fitWidth, int fitHeight) =>
        Assert.Equal((fitWidth, fitHeight), published256.Fit(width, height));

    [Fact]
    public void No_shape_goes_beyond_the_models_own_number_of_pixels_nor_off_its_grid()
    {
        foreach (var size in new[] { small, published256, published512 })
        {
            for (var width = 1; width < 6000; width += 97)
            {
                for (var height = 1; height < 6000; height += 89)
                {
                    var fit = size.Fit(width, height);
                    Assert.True(fit.Width * fit.Height <= size.Default * size.Default, $"{width} × {height} → {fit}");
                    size.GridOf(fit.Width, fit.Height);
                    // Upright and on its side come to the same.
                    Assert.Equal((fit.Height, fit.Width), size.Fit(height, width));
                }
            }
        }
    }

    [Theory]
    [InlineData(17, 16)]
    [InlineData(24, 16)]
    [InlineData(25, 32)]
    [InlineData(1, 16)]
    [InlineData(0, 16)]
    [InlineData(-5, 16)]
    [InlineData(int.MaxValue, 2_147_483_632)]
    public void The_nearest_side_is_the_smaller_of_two_that_are_as_near(int side, int nearest) =>
        Assert.Equal(nearest, small.Nearest(side));

    [Fact]
    public void A_side_that_is_not_asked_for_follows_the_picture()
    {
        Assert.Equal((192, 128), small.Of(192, null, 600, 400));
        Assert.Equal((192, 128), small.Of(null, 128, 600, 400));
        Assert.Equal((64, 32), small.Of(64, 32, 600, 400));
        Assert.Equal(small.Fit(600, 400), small.Of(null, null, 600, 400));
        Assert.Throws<InvalidRequestException>(() => small.Of(100, null, 600, 400));
    }

    [Theory]
    [InlineData("384x256", 384, 256)]
    [InlineData("1x65536", 1, 65_536)]
    public void A_size_is_read_as_it_is_written(string text, int width, int height)
    {
        Assert.Equal((width, height), PictureSize.Parse(text));
        Assert.Equal(text, PictureSize.Word(width, height));
    }

    [Theory]
    [InlineData("384")]
    [InlineData("0x256")]
    [InlineData("384x256x3")]
    [InlineData("-384x256")]
    [InlineData("65537x1")]
    [InlineData("picture")]
    [InlineData("x")]
    public void What_is_no_size_is_none(string text) => Assert.Null(PictureSize.Parse(text));

    [Theory]
    [InlineData(int.MaxValue, "width 2147483647 is too large: a picture has at most 65536 tokens of 16 × 16 pixels")]
    [InlineData(250, "width 250 is not a multiple of 16: the nearest are 240 and 256")]
    [InlineData(8, "width 8 is not a multiple of 16: the nearest is 16")]
    public void A_side_that_can_not_be_made_says_what_can(int width, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidRequestException>(() => small.GridOf(width, 128)).Message);
}
