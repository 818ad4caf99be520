using Amused.Images;
using Xunit;

namespace Amused.Tests.Images;

public sealed class MaskCompositorTests
{
    private static readonly RgbImage Original = Pictures.Noise(64, 48, seed: 1);

    private static readonly RgbImage Generated = Pictures.Noise(64, 48, seed: 2);

    [Fact]
    public void Outside_the_mask_every_pixel_is_the_original_and_deep_inside_every_pixel_is_new()
    {
        var mask = Mask((x, y) => x is >= 10 and < 50 && y is >= 8 and < 40);
        var answer = MaskCompositor.Composite(Original, Generated, mask, feather: 6);
        for (int y = 0; y < 48; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                if (mask.Pixels[y * 64 + x] == 0)
                    Assert.Equal(Pixel(Original, x, y), Pixel(answer, x, y));
                else if (x is >= 17 and < 43 && y is >= 15 and < 33)
                    Assert.Equal(Pixel(Generated, x, y), Pixel(answer, x, y));
            }
        }
    }

    [Fact]
    public void From_the_edge_inwards_the_new_picture_fades_in_without_a_step()
    {
        var mask = Mask((x, _) => x >= 20);
        var answer = MaskCompositor.Composite(Pictures.Plain(64, 48, 0, 0, 0), Pictures.Plain(64, 48, 255, 255, 255), mask, feather: 7);
        var row = Enumerable.Range(0, 64).Select(x => (int)Pixel(answer, x, 20)[0]).ToArray();
        Assert.All(row[..20], level => Assert.Equal(0, level));
        Assert.All(row[27..], level => Assert.Equal(255, level));
        // t²(3 − 2t) at eighths.
        Assert.Equal([11, 40, 81, 128, 174, 215, 244], row[20..27]);
    }

    [Fact]
    public void Without_feather_the_edge_is_hard()
    {
        var answer = MaskCompositor.Composite(Original, Generated, Mask((x, _) => x >= 20), feather: 0);
        Assert.Equal(Pixel(Original, 19, 5), Pixel(answer, 19, 5));
        Assert.Equal(Pixel(Generated, 20, 5), Pixel(answer, 20, 5));
    }

    [Fact]
    public void A_white_mask_repaints_all_and_a_black_one_nothing()
    {
        Assert.Equal(Generated.Pixels, MaskCompositor.Composite(Original, Generated, Mask((_, _) => true)).Pixels);
        Assert.Equal(Original.Pixels, MaskCompositor.Composite(Original, Generated, Mask((_, _) => false)).Pixels);
    }

    [Fact]
    public void A_stroke_narrower_than_the_feather_is_repainted_in_its_middle()
    {
        var answer = MaskCompositor.Composite(Original, Generated, Mask((x, _) => x is >= 30 and < 33), feather: 20);
        Assert.Equal(Pixel(Generated, 31, 10), Pixel(answer, 31, 10));
        Assert.Equal(Pixel(Original, 29, 10), Pixel(answer, 29, 10));
    }

    [Fact]
    public void A_grey_mask_mixes_where_it_is_light_and_keeps_where_it_is_dark()
    {
        var light = MaskCompositor.Composite(Pictures.Plain(64, 48, 0, 0, 0), Pictures.Plain(64, 48, 255, 255, 255),
            new(64, 48, [.. Enumerable.Repeat((byte)204, 64 * 48)]));
        Assert.InRange(light.Pixels[0], 203, 205);
        var dark = MaskCompositor.Composite(Original, Generated, new(64, 48, [.. Enumerable.Repeat((byte)127, 64 * 48)]));
        Assert.Equal(Original.Pixels, dark.Pixels);
    }

    [Fact]
    public void A_mask_of_another_size_is_resized()
    {
        var answer = MaskCompositor.Composite(Original, Generated, new(2, 1, [0, 255]), feather: 0);
        Assert.Equal(Pixel(Original, 0, 0), Pixel(answer, 0, 0));
        Assert.Equal(Pixel(Generated, 63, 47), Pixel(answer, 63, 47));
    }

    [Fact]
    public void Pictures_of_two_sizes_are_refused() =>
        Assert.Throws<ArgumentException>(() => MaskCompositor.Composite(Original, Pictures.Noise(64, 47), Mask((_, _) => true)));

    [Fact]
    public void Distances_are_those_found_by_trying_every_pixel()
    {
        var random = new Random(3);
        var inside = Enumerable.Range(0, 30 * 20).Select(_ => random.Next(12) != 0).ToArray();
        var distances = DistanceTransform.ToOutside(inside, 30, 20);
        for (int i = 0; i < inside.Length; i++)
        {
            double nearest = Enumerable.Range(0, inside.Length).Where(j => !inside[j])
                .Min(j => Math.Sqrt(Math.Pow(i % 30 - j % 30, 2) + Math.Pow(i / 30 - j / 30, 2)));
            Assert.Equal(nearest, distances[i], 1e-9);
        }
    }

    private static GreyImage Mask(Func<int, int, bool> white) =>
        new(64, 48, [.. Enumerable.Range(0, 64 * 48).Select(i => white(i % 64, i / 64) ? (byte)255 : (byte)0)]);

    private static byte[] Pixel(RgbImage image, int x, int y) => image.Pixels.Slice((y * image.Width + x) * 3, 3).ToArray();
}
