using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

public sealed class ImageGridTests
{
    [Fact]
    public void Pictures_stand_in_rows_with_white_between_and_the_rest_of_the_last_row_stays_white()
    {
        var sheet = ImageGrid.Compose([.. Enumerable.Range(0, 5).Select(i => Pictures.Plain(10, 6, (byte)i, 0, 0))], columns: 3);
        Assert.Equal((3 * 10 + 4 * ImageGrid.Gap, 2 * 6 + 3 * ImageGrid.Gap), (sheet.Width, sheet.Height));
        for (int i = 0; i < 6; i++)
        {
            int x = ImageGrid.Gap + i % 3 * (10 + ImageGrid.Gap), y = ImageGrid.Gap + i / 3 * (6 + ImageGrid.Gap);
            Assert.Equal(i < 5 ? i : 255, Red(sheet, x, y));
            Assert.Equal(i < 5 ? i : 255, Red(sheet, x + 9, y + 5));
            Assert.Equal(255, Red(sheet, x - 1, y));
            Assert.Equal(255, Red(sheet, x, y + 6));
        }
    }

    [Fact]
    public void A_smaller_picture_stands_in_the_middle_of_its_cell()
    {
        var sheet = ImageGrid.Compose([Pictures.Plain(10, 10, 0, 0, 0), Pictures.Plain(4, 2, 7, 7, 7)], columns: 1);
        int top = 2 * ImageGrid.Gap + 10;
        Assert.Equal(7, Red(sheet, ImageGrid.Gap + 3, top + 4));
        Assert.Equal(255, Red(sheet, ImageGrid.Gap + 2, top + 4));
        Assert.Equal(255, Red(sheet, ImageGrid.Gap + 3, top + 3));
    }

    [Fact]
    public void A_label_is_written_under_its_picture_and_nowhere_else()
    {
        var images = new[] { Pictures.Plain(120, 40, 9, 9, 9), Pictures.Plain(120, 40, 9, 9, 9) };
        var sheet = ImageGrid.Compose(images, 2, ["steps 5", ""]);
        Assert.True(Darkest(sheet, ImageGrid.Gap, 120) < 160);
        Assert.Equal(255, Darkest(sheet, 120 + 2 * ImageGrid.Gap, 120));

        static int Darkest(RgbImage sheet, int left, int width)
        {
            int darkest = 255;
            for (int y = ImageGrid.Gap + 40; y < sheet.Height; y++)
            {
                for (int x = left; x < left + width; x++)
                    darkest = Math.Min(darkest, Red(sheet, x, y));
            }

            return darkest;
        }
    }

    [Theory]
    [InlineData("5")]
    [InlineData("Grüße, Ωμέγα, Привет")]
    public void A_label_that_fits_is_left_alone(string text) => Assert.Equal(text, LabelFont.Fit(text, 16, 400));

    [Fact]
    public void A_label_that_is_too_long_is_cut_and_ends_in_an_ellipsis()
    {
        string text = string.Concat(Enumerable.Repeat("a robot in a field, ", 20));
        string cut = LabelFont.Fit(text, 16, 200);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
        Assert.StartsWith(cut[..^1], text, StringComparison.Ordinal);
        Assert.InRange(cut.Length, 15, 40);
        Assert.Equal(cut, LabelFont.Fit(cut, 16, 200));
    }

    [Fact]
    public void A_character_of_several_code_units_is_cut_as_a_whole()
    {
        string cut = LabelFont.Fit(string.Concat(Enumerable.Repeat("e\u0301🐕", 40)), 16, 100);
        Assert.False(char.IsHighSurrogate(cut[^2]));
        Assert.True(cut.IsNormalized() || cut.Length > 1);
    }

    [Fact]
    public void Unusable_requests_are_refused()
    {
        var image = Pictures.Noise(2, 2);
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([], 1));
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([image], 1, ["a", "b"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Compose([image], 0));
        var large = Pictures.Plain(10_000, 100, 0, 0, 0);
        Assert.Throws<InvalidRequestException>(() => ImageGrid.Compose([.. Enumerable.Repeat(large, 200)], 10));
    }

    private static int Red(RgbImage image, int x, int y) => image.Pixels[(y * image.Width + x) * 3];
}
