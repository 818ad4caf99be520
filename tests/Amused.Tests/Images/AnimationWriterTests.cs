using Amused.Images;
using SkiaSharp;
using Xunit;

namespace Amused.Tests.Images;

public sealed class AnimationWriterTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(120);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly RgbImage[] Frames =
        [.. Enumerable.Range(0, 4).Select(i => Pictures.Plain(30, 20, (byte)(60 * i), 200, (byte)(255 - 60 * i)))];

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Frames_times_and_loops_of_a_WebP_come_back_through_another_reader(int loops)
    {
        using var folder = new TemporaryFolder();
        AnimationWriter.Save(folder["a.webp"], Frames, Step, Rest, loops);

        using var codec = SKCodec.Create(folder["a.webp"]);
        Assert.Equal((30, 20), (codec.Info.Width, codec.Info.Height));
        Assert.Equal([120, 120, 120, 2000], codec.FrameInfo.Select(frame => frame.Duration));
        // Skia counts repetitions: one less than plays, and −1 for ever.
        Assert.Equal(loops - 1, codec.RepetitionCount);
        for (int i = 0; i < Frames.Length; i++)
        {
            var info = new SKImageInfo(30, 20, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
            using var bitmap = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), new SKCodecOptions(i)));
            var pixels = PixelPacking.DropFourth(bitmap.GetPixelSpan());
            Assert.All(pixels.Zip(Frames[i].Buffer), pair => Assert.InRange(pair.First - pair.Second, -3, 3));
        }
    }

    [Fact]
    public void An_animated_PNG_holds_every_frame_the_times_and_the_text()
    {
        using var folder = new TemporaryFolder();
        AnimationWriter.Save(folder["a.png"], Frames, Step, Rest, loops: 5, new Dictionary<string, string> { ["prompt"] = "a dog" });
        var file = File.ReadAllBytes(folder["a.png"]);

        Assert.Equal([new("prompt", "a dog")], PngText.Read(folder["a.png"]));
        Assert.Equal([0, 0, 0, 4, 0, 0, 0, 5], PngChunks.Read(file, "a", "acTL").Single().Data.ToArray());
        var animation = PngChunks.Read(file, "a", "IHDR", "fcTL", "IDAT", "fdAT").ToArray();
        Assert.Equal(["IHDR", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "fcTL", "fdAT"], animation.Select(chunk => chunk.Type));
        // Sequence numbers run through both kinds of chunk.
        Assert.Equal(Enumerable.Range(0, 7), animation.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => (int)chunk.Data.Span[3]));
        Assert.Equal([120, 120, 120, 2000], animation.Where(chunk => chunk.Type == "fcTL").Select(chunk => chunk.Data.Span[20] << 8 | chunk.Data.Span[21]));

        // Each frame's data behind the header is a still picture again.
        var pixels = animation.Where(chunk => chunk.Type is "IDAT" or "fdAT").Select(chunk => chunk.Type == "IDAT" ? chunk.Data : chunk.Data[4..]).ToArray();
        for (int i = 0; i < Frames.Length; i++)
        {
            using var still = new MemoryStream();
            still.Write(PngChunks.Signature);
            PngChunks.Write(still, "IHDR", animation[0].Data.Span);
            PngChunks.Write(still, "IDAT", pixels[i].Span);
            PngChunks.Write(still, "IEND", []);
            Assert.Equal(Frames[i].Pixels, RgbImage.Load(still.ToArray(), "frame").Pixels);
        }
    }

    [Fact]
    public void A_single_pixel_and_a_single_frame_are_enough()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a.png", "a.webp", "b.apng" })
        {
            AnimationWriter.Save(folder[name], [Pictures.Plain(1, 1, 0, 0, 0)], Step);
            Assert.Equal((1, 1), (RgbImage.Load(folder[name]).Width, RgbImage.Load(folder[name]).Height));
        }
    }

    [Fact]
    public void What_cannot_be_written_is_refused_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidRequestException>(() => AnimationWriter.Save(folder["a.gif"], Frames, Step));
        Assert.Throws<InvalidRequestException>(() => AnimationWriter.CheckName("a.jpg"));
        Assert.Throws<ArgumentException>(() => AnimationWriter.Save(folder["a.webp"], [], Step));
        Assert.Throws<ArgumentException>(() => AnimationWriter.Save(folder["a.webp"], [Pictures.Noise(2, 2), Pictures.Noise(3, 2)], Step));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimationWriter.Save(folder["a.webp"], Frames, TimeSpan.Zero));
        Assert.Throws<InvalidRequestException>(() => AnimationWriter.Save(folder["a.webp"], [Pictures.Plain(16_384, 1, 0, 0, 0)], Step));
        Assert.Throws<BrokenInputException>(() => AnimationWriter.Save(folder["missing/a.webp"], Frames, Step));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
