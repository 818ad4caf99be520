using Amused.Tests.Imaging;
using Amused.Imaging;
using Amused.Training.Tokenizers;
using Xunit;

namespace Amused.Training.Tests.Tokenizers;

public sealed class CaptionFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_text_file_has_a_caption_on_each_line()
    {
        folder.Write("captions.txt", "a fox\r\n\nzwei Füchse");
        Assert.Equal(["a fox", "", "zwei Füchse"], await CaptionFiles.OpenAsync(folder["captions.txt"]));
    }

    [Fact]
    public async Task An_image_folder_gives_all_captions_of_its_images()
    {
        File.WriteAllBytes(folder["1.png"], Pictures.Noise(8, 8).Encode(ImageFormat.Png));
        folder.Write("metadata.jsonl", "{\"file_name\":\"1.png\",\"text\":[\"one\",\"eins\"]}\n");
        Assert.Equal(["one", "eins"], await CaptionFiles.OpenAsync(folder.Path));
    }

    [Fact]
    public async Task What_is_missing_or_no_text_is_named()
    {
        File.WriteAllBytes(folder["bytes"], [0x61, 0xFF, 0xFE]);
        foreach (var name in (string[])["missing.txt", "bytes"])
            Assert.Contains(name, (await Assert.ThrowsAsync<BrokenInputException>(async () => (await CaptionFiles.OpenAsync(folder[name])).Count())).Message);
    }
}
