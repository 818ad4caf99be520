using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

public sealed class RgbImageTests
{
    [Theory]
    [InlineData("a.png")]
    [InlineData("a.WEBP")]
    public void What_is_saved_without_loss_is_read_back_as_it_was(string name)
    {
        using var folder = new TemporaryFolder();
        var image = Pictures.Noise(33, 17);
        image.Save(folder[name], quality: 100);
        var back = RgbImage.Load(folder[name]);
        Assert.Equal((33, 17), (back.Width, back.Height));
        Assert.Equal(image.Pixels, back.Pixels);
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a.jpeg")]
    [InlineData("a.webp")]
    public void Lossy_files_keep_a_plain_colour_within_two_levels(string name)
    {
        using var folder = new TemporaryFolder();
        Pictures.Plain(20, 10, 200, 30, 90).Save(folder[name]);
        var pixel = RgbImage.Load(folder[name]).Pixels[..3];
        Assert.InRange(pixel[0], 198, 202);
        Assert.InRange(pixel[1], 28, 32);
        Assert.InRange(pixel[2], 88, 92);
    }

    [Theory]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    [InlineData("a")]
    public void An_unknown_extension_is_an_unusable_request_and_writes_nothing(string name)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InvalidRequestException>(() => Pictures.Noise(2, 2).Save(folder[name]));
        Assert.Contains(".png", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_files_place_are_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["taken.png"]);
        foreach (var path in new[] { folder["missing/a.png"], folder["taken.png"] })
            Assert.Contains(path, Assert.Throws<BrokenInputException>(() => Pictures.Noise(2, 2).Save(path)).Message,
                StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_takes_no_file_is_said_in_one_line()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "only Linux has a folder that takes no file even from root");
        var error = Assert.Throws<BrokenInputException>(() => Pictures.Noise(2, 2).Save("/proc/a.png"));
        Assert.Contains("/proc/a.png", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Saving_replaces_a_file_and_leaves_no_other_behind()
    {
        using var folder = new TemporaryFolder();
        Pictures.Noise(4, 4).Save(folder["a.png"]);
        var second = Pictures.Noise(5, 5, seed: 2);
        second.Save(folder["a.png"]);
        Assert.Equal(second.Pixels, RgbImage.Load(folder["a.png"]).Pixels);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Missing_empty_and_folder_inputs_are_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("empty.png", []);
        foreach (var path in new[] { folder["missing.png"], folder["empty.png"], folder.Path, folder["no/such/a.png"] })
            Assert.Contains(path, Assert.Throws<BrokenInputException>(() => RgbImage.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_too_large_for_a_format_says_which_format_to_take()
    {
        var wide = Pictures.Plain(70_000, 1, 1, 2, 3);
        foreach (var format in new[] { ImageFormat.Jpeg, ImageFormat.Webp })
            Assert.Contains("PNG", Assert.Throws<InvalidRequestException>(() => wide.Encode(format)).Message, StringComparison.Ordinal);
        Assert.Equal(70_000, RgbImage.Load(wide.Encode(ImageFormat.Png), "wide").Width);
    }

    [Fact]
    public void Pixels_of_another_length_than_the_size_are_refused() =>
        Assert.Throws<ArgumentException>(() => new RgbImage(2, 2, new byte[11]));

    [Fact]
    public void Grey_follows_the_luma_weights()
    {
        var grey = new RgbImage(4, 1, [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]).ToGrey();
        Assert.Equal([76, 150, 29, 9], grey.Buffer);
        Assert.Equal([76, 76, 76], grey.ToRgb().Buffer[..3]);
    }
}
