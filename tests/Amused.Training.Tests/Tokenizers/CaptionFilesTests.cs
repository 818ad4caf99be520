using Amused.Images;
using Amused.Tests.Images;
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
    public async Task What_is_missing_is_named() =>
        Assert.Contains("missing.txt", (await Assert.ThrowsAsync<BrokenInputException>(async () => (await CaptionFiles.OpenAsync(folder["missing.txt"])).Count())).Message);

    [Fact]
    public async Task What_is_not_UTF_8_is_Windows_1252_and_said_once()
    {
        File.WriteAllBytes(folder["old.txt"], [(byte)'c', 0xE9, (byte)'\n', 0x80, (byte)'\n']);
        List<string> told = [];
        Assert.Equal(["cé", "€"], await CaptionFiles.OpenAsync(folder["old.txt"], new() { Warning = told.Add }));
        Assert.Equal(["texts were read as Windows-1252, as they are not UTF-8: old.txt"], told);
        await Assert.ThrowsAsync<BrokenInputException>(async () => (await CaptionFiles.OpenAsync(folder["old.txt"], new() { Strict = true })).Count());
    }
}
