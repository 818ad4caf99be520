using Amused.Imaging;
using Amused.Tests.Imaging;
using Amused.Training.Data;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly byte[] Png = Pictures.Noise(9, 8).Encode(ImageFormat.Png);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void File_names_are_captions_when_nothing_else_is_there()
    {
        Images("a red bicycle.png", "sub/dir/A.Cat.PNG", ".hidden.png");
        folder.Write("notes.md", "no image");
        Assert.Equal([("a red bicycle.png", "a red bicycle"), ("sub/dir/A.Cat.PNG", "A.Cat")], Captions());
    }

    [Fact]
    public void A_mask_beside_a_picture_is_no_picture_of_its_own()
    {
        Images("fox.png", "sub/cat.png", "sub/cat.mask.png");
        Assert.Equal([("fox.png", "fox"), ("sub/cat.png", "cat")], Captions());
        var masks = ImageFolder.Open(folder.Path).ReadEpoch(new() { Shuffle = false }, default).Select(example => example.ReadMaskBytes()).ToArray();
        Assert.Equal([null, Png], masks);
    }

    [Fact]
    public void Text_files_beside_the_images_come_before_file_names()
    {
        Images("1.png", "b/2.png");
        folder.Write("1.txt", " the first \n");
        folder.Write("b/2.txt", "the second");
        Assert.Equal([("1.png", "the first"), ("b/2.png", "the second")], Captions());
        Assert.Equal([("1.png", "1"), ("b/2.png", "2")], Captions(new() { Place = CaptionPlace.FileName }));
    }

    [Fact]
    public void Metadata_comes_before_text_files_and_the_nearest_one_counts()
    {
        Images("1.png", "b/2.png", "c/3.png");
        folder.Write("1.txt", "not this");
        folder.Write("metadata.jsonl", "{\"file_name\":\"1.png\",\"text\":\"one\"}\n\n{\"file_name\":\"./c/3.png\",\"text\":[\"three\",\"drei\"]}\n");
        folder.Write("b/metadata.csv", "text,file_name\n\"two, in\n\"\"quotes\"\"\",2.png\n");
        Assert.Equal([("1.png", "one"), ("b/2.png", "two, in\n\"quotes\""), ("c/3.png", "three|drei")], Captions());
    }

    [Fact]
    public void Several_columns_give_several_captions()
    {
        Images("1.png");
        folder.Write("metadata.csv", "file_name,short,long\n1.png,a,b\n");
        Assert.Equal([("1.png", "a|b")], Captions(new() { Columns = ["short", "long"] }));
    }

    [Theory]
    [InlineData("{\"file_name\":\"1.png\",\"text\":\"a\"}\n{\"file_name\":\"x.png\",\"text\":\"a\"}", "\"x.png\", which is not there")]
    [InlineData("{\"file_name\":\"1.png\",\"text\":\"a\"}\n{\"file_name\":\"./1.png\",\"text\":\"b\"}", "line 2 names \"./1.png\" again, after line 1")]
    [InlineData("{\"file_name\":\"1.png\",\"tags\":\"a\"}", "line 1 has no caption for \"1.png\"")]
    [InlineData("{\"file_name\":\"1.png\",\"text\":7}", "line 1 has no caption for \"1.png\"")]
    [InlineData("{\"text\":\"a\"}", "line 1 has no file_name")]
    [InlineData("[1]", "line 1 is no JSON object")]
    [InlineData("{\"file_name\"", "line 1 is not valid JSON")]
    [InlineData("", "1.png: has no caption")]
    public void Faulty_json_metadata_is_refused_with_its_line(string text, string expected)
    {
        Images("1.png");
        folder.Write("metadata.jsonl", text);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name,text\n1.png,a", "has no column file_name; its columns are \"name\", \"text\"")]
    [InlineData("file_name,tags\n1.png,a", "none of the usual caption columns")]
    [InlineData("file_name,text\n1.png", "line 2 has 1 fields, but the head 2")]
    [InlineData("", "is empty")]
    public void Faulty_csv_metadata_is_refused(string text, string expected)
    {
        Images("1.png");
        folder.Write("metadata.csv", text);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_without_a_caption_is_named_with_the_place_where_it_was_looked_for()
    {
        Images("1.png", "2.png");
        folder.Write("1.txt", "one");
        Assert.Equal($"{folder["2.png"]}: has no caption; as other images here have text files beside them, it is looked for in 2.txt", Refusal());
    }

    [Fact]
    public void A_folder_without_images_and_a_missing_folder_are_refused()
    {
        Assert.Contains("holds no images", Refusal(), StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder["nowhere"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_captions_are_kept_and_told()
    {
        Images("1.png", "2.png");
        folder.Write("1.txt", "one");
        folder.Write("2.txt", " \n");
        List<string> warnings = [];
        var source = ImageFolder.Open(folder.Path, warning: warnings.Add);
        Assert.Equal(2, source.Count);
        Assert.Contains("1 of 2 captions are empty", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_is_a_source_of_its_own()
    {
        Images("1.png");
        var example = Assert.Single(ListImageSource.OfOneImage(folder["1.png"], "a cat in [V] style").ReadEpoch(new(), default));
        Assert.Equal("a cat in [V] style", Assert.Single(example.Captions));
        Assert.Equal(Png, example.ReadBytes());
        Assert.Throws<BrokenInputException>(() => ListImageSource.OfOneImage(folder["2.png"], "a"));
    }

    private string Refusal() => Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder.Path)).Message;

    private void Images(params string[] names)
    {
        foreach (var name in names)
            folder.Write(name, Png);
    }

    private IEnumerable<(string Name, string Captions)> Captions(CaptionOptions? options = null) =>
        ImageFolder.Open(folder.Path, options).ReadEpoch(new() { Shuffle = false }, default)
            .Select(example => (Path.GetRelativePath(folder.Path, example.Name), string.Join('|', example.Captions)));
}
