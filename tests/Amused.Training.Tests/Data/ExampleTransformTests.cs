using Amused.Images;
using Amused.Tests.Images;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class ExampleTransformTests
{
    private static readonly DataOrder Order = new() { Seed = 3 };

    [Fact]
    public void The_short_side_is_resized_as_Pillow_does_and_a_square_is_cut_where_the_conditions_say()
    {
        var image = Pictures.Noise(60, 41);
        var example = new ExampleTransform { Resolution = 32 }.Apply(Raw(image), Order, new(0, 5));

        var resized = image.Resize(60 * 32 / 41, 32, ResampleFilter.Bilinear);
        var (top, left) = ((int)example.Conditions.CropTop, (int)example.Conditions.CropLeft);
        Assert.Equal(0, top);
        Assert.InRange(left, 0, resized.Width - 32);
        Assert.Equal(Cut(resized, top, left, 32), example.Image.Pixels.ToArray());
        Assert.Equal([60, 41, top, left, 6], example.Conditions.ToArray());
    }

    [Fact]
    public void Crops_depend_on_seed_and_position_alone_and_reach_both_ends()
    {
        ExampleTransform transform = new() { Resolution = 8 };
        var raw = Raw(Pictures.Noise(8, 12));
        float Top(long index) => transform.Apply(raw, Order, new(0, index)).Conditions.CropTop;

        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 60).Select(index => Top(index)).Distinct().Order());
        Assert.Equal(Top(7), Top(7));
    }

    [Theory]
    [InlineData(8, 13, 2, 0)] // 2.5 rows above: half to even, as the published crop
    [InlineData(8, 15, 4, 0)] // 3.5
    [InlineData(12, 8, 0, 2)]
    public void A_centre_crop_leaves_half_on_each_side(int width, int height, float top, float left)
    {
        var example = new ExampleTransform { Resolution = 8, CenterCrop = true }.Apply(Raw(Pictures.Noise(width, height)), Order, default);
        Assert.Equal((top, left), (example.Conditions.CropTop, example.Conditions.CropLeft));
    }

    [Fact]
    public void Half_of_the_pictures_are_mirrored_on_request_with_the_crop_place_told_as_seen_in_the_mirror()
    {
        var image = Pictures.Noise(12, 8);
        ExampleTransform plain = new() { Resolution = 8 }, flipping = plain with { RandomFlip = true };
        int flipped = 0;
        for (int i = 0; i < 40; i++)
        {
            TrainingExample a = plain.Apply(Raw(image), Order, new(0, i)), b = flipping.Apply(Raw(image), Order, new(0, i));
            if (a.Image.Pixels.SequenceEqual(b.Image.Pixels))
                continue;
            flipped++;
            Assert.Equal(12 - 8 - a.Conditions.CropLeft, b.Conditions.CropLeft);
            for (int x = 0; x < 8; x++)
                Assert.Equal(a.Image.Pixels.Slice(x * 3, 3), b.Image.Pixels.Slice((7 - x) * 3, 3));
        }

        Assert.InRange(flipped, 10, 30);
    }

    [Fact]
    public void A_turned_picture_is_cut_upright_and_its_size_told_upright()
    {
        var png = Pictures.Png(20, 10, 2, 8, Pictures.Noise(20, 10).Pixels.ToArray(), ("eXIf", Pictures.Exif(6)));
        foreach (bool scaled in (bool[])[false, true])
        {
            var conditions = new ExampleTransform { Resolution = 8, ScaledDecoding = scaled }.Apply(new("a.png", ["a"], () => png), Order, default).Conditions;
            Assert.Equal((10, 20), (conditions.OriginalWidth, conditions.OriginalHeight));
        }
    }

    [Fact]
    public void Scaled_decoding_tells_the_full_size_and_gives_nearly_the_same_pixels()
    {
        var jpeg = Pictures.Noise(48, 40).Resize(480, 400).Encode(ImageFormat.Jpeg);
        ExampleTransform scaled = new() { Resolution = 40, CenterCrop = true }, full = scaled with { ScaledDecoding = false };
        RawExample raw = new("a.jpg", ["a"], () => jpeg);
        TrainingExample a = full.Apply(raw, Order, default), b = scaled.Apply(raw, Order, default);

        Assert.Equal(a.Conditions, b.Conditions);
        double error = a.Image.Pixels.ToArray().Zip(b.Image.Pixels.ToArray(), (x, y) => Math.Abs(x - y)).Average();
        Assert.InRange(error, 1e-6, 3); // not the same decoding, and not another picture
    }

    [Fact]
    public void Of_several_captions_each_is_drawn_at_times()
    {
        RawExample raw = new("a.png", ["one", "two", "three"], () => Pictures.Noise(8, 8).Encode(ImageFormat.Png));
        var captions = Enumerable.Range(0, 40).Select(i => new ExampleTransform { Resolution = 8 }.Apply(raw, Order, new(0, i)).Caption);
        Assert.Equal(["one", "three", "two"], captions.Distinct().Order());
    }

    [Fact]
    public void A_picture_too_long_and_thin_is_refused_before_it_takes_the_memory()
    {
        var error = Assert.Throws<BrokenInputException>(
            () => new ExampleTransform { Resolution = 512 }.Apply(Raw(Pictures.Plain(1, 1000, 0, 0, 0)), Order, default));
        Assert.Contains("1 × 1000 pixels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_cut_and_mirrored_as_its_picture_is()
    {
        var image = Pictures.Noise(60, 41);
        RawExample raw = new("a.png", ["a"], () => image.Encode(ImageFormat.Png), () => image.Encode(ImageFormat.Png));
        ExampleTransform transform = new() { Resolution = 32, RandomFlip = true, ReadMasks = true };
        for (int i = 0; i < 10; i++)
        {
            var example = transform.Apply(raw, Order, new(0, i));
            Assert.Equal(example.Image.ToGrey().Pixels, example.Mask!.Pixels);
        }

        Assert.Null((transform with { ReadMasks = false }).Apply(raw, Order, default).Mask);
        Assert.Null(transform.Apply(Raw(image), Order, default).Mask);
    }

    [Fact]
    public void A_mask_of_another_size_than_the_picture_is_refused()
    {
        RawExample raw = new("a.png", ["a"], () => Pictures.Noise(60, 41).Encode(ImageFormat.Png), () => Pictures.Noise(30, 41).Encode(ImageFormat.Png));
        var error = Assert.Throws<BrokenInputException>(() => new ExampleTransform { Resolution = 32, ReadMasks = true }.Apply(raw, Order, default));
        Assert.Equal("the mask of a.png is 30 × 41 pixels, the picture 60 × 41: they have to be of one size", error.Message);
    }

    private static RawExample Raw(RgbImage image) => new("a.png", ["a"], () => image.Encode(ImageFormat.Png));

    private static byte[] Cut(RgbImage image, int top, int left, int side) =>
        [.. Enumerable.Range(top, side).SelectMany(y => image.Pixels.Slice((y * image.Width + left) * 3, side * 3).ToArray())];
}
