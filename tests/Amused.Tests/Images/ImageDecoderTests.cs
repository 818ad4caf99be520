using System.Buffers.Binary;
using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

public sealed class ImageDecoderTests
{
    [Fact]
    public void Alpha_is_dropped_and_hidden_colours_stay()
    {
        byte[] rgba = [10, 20, 30, 0, 200, 100, 50, 1, 255, 0, 128, 255, 3, 2, 1, 77];
        var image = RgbImage.Load(Pictures.Png(4, 1, 6, 8, rgba), "a.png");
        Assert.Equal([10, 20, 30, 200, 100, 50, 255, 0, 128, 3, 2, 1], image.Buffer);
    }

    [Fact]
    public void Gamma_and_primaries_change_no_level()
    {
        var gamma = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(gamma, 100000);
        var primaries = new byte[32];
        int[] values = [31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000];
        for (int i = 0; i < 8; i++)
            BinaryPrimitives.WriteInt32BigEndian(primaries.AsSpan(4 * i), values[i]);
        var noise = Pictures.Noise(16, 16);
        var image = RgbImage.Load(Pictures.Png(16, 16, 2, 8, noise.Pixels.ToArray(), ("gAMA", gamma), ("cHRM", primaries)), "a.png");
        Assert.Equal(noise.Pixels, image.Pixels);
    }

    [Fact]
    public void A_mask_with_transparent_pixels_is_white_where_they_are()
    {
        var mask = RgbImage.LoadMask(Pictures.Png(3, 1, 6, 8, [255, 255, 255, 255, 9, 9, 9, 0, 0, 0, 0, 55]), "mask.png");
        Assert.Equal([0, 0, 0, 255, 255, 255, 200, 200, 200], mask.Pixels.ToArray());
    }

    [Fact]
    public void A_mask_without_transparent_pixels_is_taken_by_its_colours()
    {
        Assert.Equal([255, 255, 255, 1, 2, 3],
            RgbImage.LoadMask(Pictures.Png(2, 1, 6, 8, [255, 255, 255, 255, 1, 2, 3, 255]), "mask.png").Pixels.ToArray());
        Assert.Equal([255, 255, 255, 0, 0, 0], RgbImage.LoadMask(Pictures.Png(2, 1, 0, 8, [255, 0]), "mask.png").Pixels.ToArray());
    }

    [Fact]
    public void Palette_entries_keep_their_colour_also_where_they_are_transparent()
    {
        var image = RgbImage.Load(
            Pictures.Png(3, 1, 3, 8, [2, 0, 1], ("PLTE", [1, 2, 3, 40, 50, 60, 7, 8, 9]), ("tRNS", [0, 128])), "a.png");
        Assert.Equal([7, 8, 9, 1, 2, 3, 40, 50, 60], image.Buffer);
    }

    [Fact]
    public void Grey_becomes_RGB_and_of_16_bits_the_upper_eight_count()
    {
        var image = RgbImage.Load(Pictures.Png(3, 1, 0, 16, [0x12, 0xFF, 0x80, 0x00, 0xFF, 0xFF]), "a.png");
        Assert.Equal([0x12, 0x12, 0x12, 0x80, 0x80, 0x80, 0xFF, 0xFF, 0xFF], image.Buffer);
    }

    // A picture of 3 × 2, pixels a b c / d e f, as the eight EXIF orientations stand it up.
    [Theory]
    [InlineData(1, 3, "abcdef")]
    [InlineData(2, 3, "cbafed")]
    [InlineData(3, 3, "fedcba")]
    [InlineData(4, 3, "defabc")]
    [InlineData(5, 2, "adbecf")]
    [InlineData(6, 2, "daebfc")]
    [InlineData(7, 2, "fcebda")]
    [InlineData(8, 2, "cfbead")]
    [InlineData(9, 3, "abcdef")]
    public void A_picture_is_turned_upright_by_its_EXIF_orientation(byte orientation, int width, string expected)
    {
        var rows = "abcdef".SelectMany(c => new byte[] { (byte)c, 0, (byte)(255 - c) }).ToArray();
        var image = RgbImage.Load(Pictures.Png(3, 2, 2, 8, rows, ("eXIf", Pictures.Exif(orientation))), "a.png");
        Assert.Equal(width, image.Width);
        Assert.Equal(expected, string.Concat(image.Pixels.ToArray().Chunk(3).Select(pixel => (char)pixel[0])));
    }

    [Fact]
    public void A_JPEG_is_turned_upright_too()
    {
        var jpeg = Pictures.Noise(24, 8).Encode(ImageFormat.Jpeg);
        byte[] notes = [.. "Exif\0\0"u8, .. Pictures.Exif(6)];
        byte[] segment = [0xFF, 0xE1, 0, (byte)(notes.Length + 2), .. notes];
        var turned = RgbImage.Load([.. jpeg[..2], .. segment, .. jpeg[2..]], "a.jpg");
        var straight = RgbImage.Load(jpeg, "b.jpg");
        Assert.Equal((8, 24), (turned.Width, turned.Height));
        Assert.Equal(straight.Pixels[..3], turned.Pixels.Slice(7 * 3, 3));
    }

    // Orientation 6, a quarter turn, in all places where files carry it.
    [Theory]
    [InlineData("png exif")]
    [InlineData("png exif with prefix")]
    [InlineData("png exif long")]
    [InlineData("png exif little-endian")]
    [InlineData("png exif after the pixels")]
    [InlineData("png raw profile")]
    [InlineData("png packed raw profile")]
    [InlineData("png xmp")]
    [InlineData("jpeg exif")]
    [InlineData("jpeg exif long")]
    [InlineData("jpeg xmp")]
    [InlineData("jpeg xmp element")]
    [InlineData("jpeg exif without orientation and xmp")]
    [InlineData("webp exif")]
    [InlineData("webp exif with prefix")]
    [InlineData("webp xmp")]
    public void A_picture_is_turned_upright_wherever_its_file_says_so(string place)
    {
        var image = RgbImage.Load(OrientedPictures.Make(place, 24, 8), place);
        Assert.Equal((8, 24), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("jpeg exif upright and xmp")] // EXIF comes first
    [InlineData("png exif of an odd type")]
    [InlineData("png broken raw profile")]
    [InlineData("jpeg broken exif")]
    public void A_picture_stays_as_it_is_where_its_file_does_not_say_otherwise(string place)
    {
        var image = RgbImage.Load(OrientedPictures.Make(place, 24, 8), place);
        Assert.Equal((24, 8), (image.Width, image.Height));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void A_PNG_without_its_end_is_read_where_its_pixels_are_whole(int missing)
    {
        var noise = Pictures.Noise(16, 16);
        var file = noise.Encode(ImageFormat.Png);
        Assert.Equal(noise.Pixels, RgbImage.Load(file[..^missing], "a.png").Pixels);
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void A_file_that_is_cut_anywhere_is_refused_and_named(ImageFormat format)
    {
        var whole = Pictures.Noise(40, 40).Encode(format);
        for (int length = 1; length < whole.Length - 12; length += Math.Max(1, whole.Length / 50))
        {
            var error = Assert.Throws<BrokenInputException>(() => RgbImage.Load(whole[..length], "cut.picture"));
            Assert.Contains("cut.picture", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData("hello, this is a text and no picture at all")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("GIF89a")]
    [InlineData("BM")]
    [InlineData("\0")]
    public void What_is_no_image_is_refused_and_named(string content)
    {
        var error = Assert.Throws<BrokenInputException>(() => RgbImage.Load(System.Text.Encoding.Latin1.GetBytes(content), "notes.txt"));
        Assert.Contains("notes.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_of_100000_by_100000_pixels_is_refused_by_its_size()
    {
        var error =
            Assert.Throws<BrokenInputException>(() => RgbImage.Load(Pictures.Png(100_000, 100_000, 2, 8, new byte[300_000]), "bomb.png"));
        Assert.Contains("100000 × 100000", error.Message, StringComparison.Ordinal);

        byte[] bmp = [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, 0xA0, 0x86, 1, 0, 0xA0, 0x86, 1, 0, 1, 0, 24, 0, .. new byte[24]];
        Assert.Contains("100000 × 100000", Assert.Throws<BrokenInputException>(() => RgbImage.Load(bmp, "bomb.bmp")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_bytes_give_a_picture_or_an_error_of_ours_and_nothing_else()
    {
        var random = new Random(1);
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            var whole = Pictures.Noise(24, 24).Encode(format, new Dictionary<string, string> { ["prompt"] = "a dog" });
            for (int trial = 0; trial < 300; trial++)
            {
                var broken = (byte[])whole.Clone();
                for (int i = random.Next(1, 6); i > 0; i--)
                    broken[random.Next(broken.Length)] = (byte)random.Next(256);
                try
                {
                    Assert.True(RgbImage.Load(broken, "broken").Pixels.Length > 0);
                }
                catch (BrokenInputException error)
                {
                    Assert.StartsWith("broken ", error.Message, StringComparison.Ordinal);
                }
            }
        }
    }
}
