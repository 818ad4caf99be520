using System.Formats.Tar;
using Amused.Images;
using Amused.Tests.Images;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class ImageSourcesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ImageSourcesTests() => folder.Write("images/a cat.png", Pictures.Noise(9, 8).Encode(ImageFormat.Png));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_of_images_and_one_image_are_told_apart()
    {
        Assert.Equal("a cat", First(await ImageSources.OpenAsync(folder["images"])).Captions[0]);
        Assert.Equal("in [V] style", First(await ImageSources.OpenAsync(folder["images/a cat.png"], new() { Prompt = "in [V] style" })).Captions[0]);
    }

    [Fact]
    public async Task A_folder_of_shards_is_opened_as_such()
    {
        folder.Write("tars/a.tar", new byte[1024]);
        Assert.Null((await ImageSources.OpenAsync(folder["tars"])).Count);
        folder.Write("rows/data/train.parquet", "cut");
        Assert.Contains("Parquet", (await Assert.ThrowsAsync<BrokenInputException>(() => ImageSources.OpenAsync(folder["rows"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_goes_with_one_image_and_with_nothing_else()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(() => ImageSources.OpenAsync(folder["images/a cat.png"]));
        await Assert.ThrowsAsync<InvalidRequestException>(() => ImageSources.OpenAsync(folder["images"], new() { Prompt = "a" }));
    }

    [Fact]
    public async Task Captions_that_are_not_wanted_are_not_missed()
    {
        ImageSourceOptions options = new() { Captions = new() { AreIgnored = true } };
        folder.Write("images/another.png", Pictures.Noise(9, 8).Encode(ImageFormat.Png));
        folder.Write("images/another.txt", "of one picture alone");
        Assert.Equal("of one picture alone", First(await ImageSources.OpenAsync(folder["images"])).Captions[0]);
        using (var tar = new TarWriter(File.Create(folder["a.tar"])))
            tar.WriteEntry(folder["images/another.png"], "0.png");

        foreach (var data in (string[])[folder["images"], folder["a.tar"], folder["images/a cat.png"]])
        {
            var example = First(await ImageSources.OpenAsync(data, options));
            Assert.Equal([""], example.Captions);
            Assert.NotEmpty(example.ReadBytes());
        }
    }

    [Fact]
    public async Task What_is_nowhere_is_refused_without_asking_the_hub_for_impossible_names() =>
        Assert.Contains("no such file or folder, and it is no hub id", (await Assert.ThrowsAsync<BrokenInputException>(
            () => ImageSources.OpenAsync(folder["nowhere"]))).Message, StringComparison.Ordinal);

    private static RawExample First(IImageSource source) => source.ReadEpoch(new(), default).First();
}
