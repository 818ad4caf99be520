using System.Text;
using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

public sealed class PngTextTests
{
    [Theory]
    [InlineData("a dog")]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("\ttab and\r\nreturn")]
    [InlineData("café, naïve")]
    [InlineData("犬の絵 🐕 — Ω")]
    public void Text_of_any_script_comes_back_as_it_was_and_leaves_the_pixels_alone(string value)
    {
        using var folder = new TemporaryFolder();
        var image = Pictures.Noise(8, 8);
        image.Save(folder["a.png"], new Dictionary<string, string> { ["prompt"] = value, ["seed"] = "7" });
        Assert.Equal([new("prompt", value), new("seed", "7")], PngText.Read(folder["a.png"]));
        Assert.Equal(image.Pixels, RgbImage.Load(folder["a.png"]).Pixels);
    }

    [Fact]
    public void Packed_text_of_other_programs_is_read()
    {
        var file = Pictures.Png(1, 1, 0, 8, [0],
            ("zTXt", [.. "a\0\0"u8, .. Pictures.Pack(Encoding.Latin1.GetBytes("é and more"), 0)]),
            ("iTXt", [.. "b\0\u0001\0de\0Wort\0"u8, .. Pictures.Pack(Encoding.UTF8.GetBytes("Ω"), 0)]),
            ("tEXt", [.. "c\0plain"u8]));
        Assert.Equal([new("a", "é and more"), new("b", "Ω"), new("c", "plain")], PngText.Read(file, "x.png"));
    }

    [Fact]
    public void A_file_without_text_has_none() => Assert.Empty(PngText.Read(Pictures.Noise(2, 2).Encode(ImageFormat.Png), "x.png"));

    [Fact]
    public void A_changed_letter_breaks_the_checksum_and_is_said()
    {
        var file = Pictures.Noise(2, 2).Encode(ImageFormat.Png, new Dictionary<string, string> { ["prompt"] = "dog" });
        file[file.AsSpan().IndexOf("dog"u8)]++;
        var error = Assert.Throws<BrokenInputException>(() => PngText.Read(file, "x.png"));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_unpacks_to_gigabytes_is_refused()
    {
        var file = Pictures.Png(1, 1, 0, 8, [0], ("zTXt", [.. "a\0\0"u8, .. Pictures.Pack(new byte[8 << 20], 0)]));
        Assert.Throws<BrokenInputException>(() => PngText.Read(file, "x.png"));
    }

    [Theory]
    [InlineData("tEXt", "no end of the keyword")]
    [InlineData("zTXt", "a\0\u0001unknown method")]
    [InlineData("zTXt", "a\0\0no zlib")]
    [InlineData("iTXt", "a\0")]
    [InlineData("iTXt", "a\0\0\0no second field")]
    [InlineData("iTXt", "a\0\0\0\0\0\u00FF\u00FF")]
    public void A_malformed_text_chunk_is_refused_and_the_file_named(string type, string data)
    {
        var file = Pictures.Png(1, 1, 0, 8, [0], (type, Encoding.Latin1.GetBytes(data)));
        Assert.Contains("x.png", Assert.Throws<BrokenInputException>(() => PngText.Read(file, "x.png")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_kind_of_file_and_a_cut_one_are_refused()
    {
        var jpeg = Pictures.Noise(4, 4).Encode(ImageFormat.Jpeg);
        Assert.Contains("not a PNG", Assert.Throws<BrokenInputException>(() => PngText.Read(jpeg, "a.jpg")).Message,
            StringComparison.Ordinal);
        var png = Pictures.Noise(4, 4).Encode(ImageFormat.Png);
        Assert.Contains("cut", Assert.Throws<BrokenInputException>(() => PngText.Read(png[..^20], "a.png")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" leading")]
    [InlineData("Ω")]
    [InlineData("nul\0")]
    public void A_keyword_that_PNG_does_not_allow_is_refused(string keyword) =>
        Assert.Throws<ArgumentException>(() =>
            Pictures.Noise(1, 1).Encode(ImageFormat.Png, new Dictionary<string, string> { [keyword] = "x" }));
}
