using Amused.Images;
using Amused.Tests.Images;
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

    [Fact]
    public void The_records_of_who_drew_the_pictures_are_no_files_left_out()
    {
        Images("1.png");
        folder.Write("1.txt", "one");
        folder.Write("dataset.json", "{}");
        folder.Write("words.json", "{}");
        Assert.Equal(1, ImageFolder.Open(folder.Path, new(), "train", new(folder.Path, isStrict: true), null).Count);
    }

    [Fact]
    public void A_pipe_among_the_pictures_holds_nobody_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is Linux's");
        Images("1.png");
        System.Diagnostics.Process.Start("mkfifo", [folder["2.png"]])!.WaitForExit();
        var pictures = ImageFolder.Open(folder.Path);
        Assert.Equal(64, ((IFileSource)pictures).Hash()!.Length);
        Assert.Equal([Png], pictures.ReadEpoch(new() { Shuffle = false }, default).Where(example => example.Name.EndsWith("1.png", StringComparison.Ordinal)).Select(example => example.ReadBytes()).ToArray());
    }

    [Theory]
    [InlineData("{\"file_name\":\"1.png\",\"text\":\"a\"}\n{\"file_name\":\"./1.png\",\"text\":\"b\"}", "line 2 names \"./1.png\" again, after line 1")]
    [InlineData("{\"file_name\":\"1.png\",\"tags\":\"a\"}", "none of its 1 pictures has a caption, which is looked for in \"text\", \"caption\", \"captions\" or \"prompt\" of the rows of metadata.jsonl")]
    [InlineData("{\"file_name\":\"1.png\",\"text\":7}", "none of its 1 pictures has a caption")]
    [InlineData("{\"text\":\"a\"}", "line 1 has no file_name")]
    [InlineData("[1]", "line 1 is no JSON object")]
    [InlineData("{\"file_name\"", "line 1 is not valid JSON")]
    [InlineData("", "none of its 1 pictures has a caption")]
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
    public void Ends_of_names_may_be_in_any_case_and_captions_stand_in_files_of_two_kinds()
    {
        Images("IMG_1.JPG", "b.Jfif", "c.jpe", "d.PNG", "d.Mask.PNG");
        folder.Write("IMG_1.TXT", "one");
        folder.Write("b.Caption", "two");
        folder.Write("c.txt", "three");
        folder.Write("c.caption", "not this");
        folder.Write("d.txt", "four");
        Assert.Equal([("IMG_1.JPG", "one"), ("b.Jfif", "two"), ("c.jpe", "three"), ("d.PNG", "four")], Captions());
        Assert.NotNull(ImageFolder.Open(folder.Path).ReadEpoch(new() { Shuffle = false }, default).Last().ReadMaskBytes());
    }

    [Theory]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'c', 0xC3, 0xA9 }, "cé")] // UTF-8 with its mark
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'c', 0, 0xE9, 0 }, "cé")] // UTF-16, little-endian
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'c', 0, 0xE9 }, "cé")] // UTF-16, big-endian
    [InlineData(new byte[] { (byte)'c', 0xC3, 0xA9 }, "cé")] // UTF-8
    [InlineData(new byte[] { (byte)'c', 0xE9, 0x20, 0x93, 0x80, 0x94 }, "cé “€”")] // Windows-1252
    public void A_caption_is_decoded_by_its_mark_or_as_UTF_8_or_as_Windows_1252(byte[] bytes, string expected)
    {
        Images("1.png");
        folder.Write("1.txt", bytes);
        Assert.Equal([("1.png", expected)], Captions());
    }

    [Fact]
    public void Metadata_is_decoded_by_the_same_rule_and_what_is_no_text_is_refused()
    {
        Images("1.png", "a/2.png");
        folder.Write("metadata.csv", System.Text.Encoding.Latin1.GetBytes("file_name,text\n1.png,café\n"));
        folder.Write("a/METADATA.JSONL", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("{\"file_name\":\"2.png\",\"text\":\"café\"}")]);
        Assert.Equal([("1.png", "café"), ("a/2.png", "café")], Captions());
        Images("b/3.png");
        folder.Write("b/3.txt", [65, 0, 66, 0]);
        Assert.Contains("3.txt: is no text: it holds zero characters", Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder["b"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_may_be_a_Parquet_file()
    {
        Images("1.png", "2.png");
        Parquet.Schema.ParquetSchema schema = new(new Parquet.Schema.DataField("file_name", typeof(string), false), new Parquet.Schema.DataField("text", typeof(string), true));
        using (var file = File.Create(folder["metadata.parquet"]))
        {
            await using var writer = await Parquet.ParquetWriter.CreateAsync(schema, file);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], (string[])["2.png", "1.png"]);
            await group.WriteAsync(schema.DataFields[1], (string?[])["a blue dog", "a red fox"]);
            group.CompleteValidate();
        }

        Assert.Equal([("1.png", "a red fox"), ("2.png", "a blue dog")], Captions());
        Assert.Equal(2, (await ImageSources.OpenAsync(folder.Path)).Count);
    }

    [Fact]
    public void Nothing_vanishes_without_a_word()
    {
        Images("1.png", "2.png", "9.mask.png");
        foreach (var other in (string[])["a.heic", "b.HEIC", "c.tif", "d.avif", "notes.md", "3.txt"])
            folder.Write(other, "");
        List<string> told = [];
        ImageFolder.Open(folder.Path, warning: told.Add);
        Assert.Equal(
        [
            $"{folder.Path}: 2 pictures taken, 2 captions from file names, 7 files left out",
            "captions are file names, as nothing else was found: 1.png, 2.png",
            "left out, texts that no caption is taken from: 3.txt",
            "left out, masks without a picture: 9.mask.png",
            "left out, pictures of kinds that are not read: a.heic, b.HEIC, c.tif and 1 more",
            "left out, neither pictures nor captions: notes.md",
        ], told);
    }

    [Theory]
    [InlineData("a.heic", "a.heic")]
    [InlineData("2.txt", "2.txt")]
    [InlineData("notes.md", "notes.md")]
    [InlineData(null, "1.png")] // a caption from a file name
    public void Strict_data_make_each_of_these_an_error(string? other, string expected)
    {
        Images("1.png");
        if (other is not null)
        {
            folder.Write("1.txt", "one");
            folder.Write(other, "");
        }
        var fault = Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder.Path, new(), "train", new(folder.Path, isStrict: true), null));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("is an error with strict data", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_names_that_are_asked_for_are_captions_like_others()
    {
        Images("1.png");
        Assert.Equal(1, ImageFolder.Open(folder.Path, new() { Place = CaptionPlace.FileName }, "train", new(folder.Path, isStrict: true), null).Count);
    }

    [Fact]
    public void A_picture_of_a_kind_that_is_not_read_may_stand_in_the_metadata()
    {
        Images("1.png");
        folder.Write("b.heic", "");
        folder.Write("metadata.csv", "file_name,text\n1.png,one\nb.heic,two\n");
        Assert.Equal([("1.png", "one")], Captions());
    }

    [Fact]
    public void Links_to_folders_are_followed_and_those_that_lead_back_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        Images("set/1.png", "set/sub/2.png", "elsewhere/3.png");
        Directory.CreateSymbolicLink(folder["set/sub/back"], folder["set"]);
        Directory.CreateSymbolicLink(folder["set/sub/here"], ".");
        Directory.CreateSymbolicLink(folder["set/other"], "../elsewhere");
        Directory.CreateSymbolicLink(folder["elsewhere/again"], folder["set"]);
        Directory.CreateSymbolicLink(folder["link"], folder["set"]);
        foreach (var root in (string[])["set", "link"])
        {
            List<string> told = [];
            var names = ImageFolder.Open(folder[root], warning: told.Add).ReadEpoch(new() { Shuffle = false }, default).Select(example => Path.GetRelativePath(folder[root], example.Name));
            Assert.Equal(["1.png", "other/3.png", "sub/2.png"], names);
            Assert.Contains("left out, links to folders that were read already: sub/back, sub/here, other/again", told);
        }
    }

    [Theory]
    [InlineData("2.txt", "two", "text files beside them (.txt, .caption)")]
    [InlineData("metadata.csv", "file_name,text\n2.png,two\n", "\"text\", \"caption\", \"captions\" or \"prompt\" of the rows of metadata.jsonl, metadata.csv and metadata.parquet in their folder or above")]
    [InlineData("METADATA.JSONL", "{\"file_name\":\"1.png\"}\n{\"file_name\":\"2.png\",\"text\":\"two\"}", "\"text\", \"caption\", \"captions\" or \"prompt\" of the rows of metadata.jsonl, metadata.csv and metadata.parquet in their folder or above")]
    public void An_image_without_a_caption_is_left_out_and_named_with_the_place_where_it_was_looked_for(string file, string text, string where)
    {
        Images("1.png", "2.png", "b/3.png");
        folder.Write(file, text);
        List<string> told = [];
        var source = ImageFolder.Open(folder.Path, warning: told.Add);
        Assert.Equal("two", Assert.Single(source.ReadEpoch(new(), default)).Captions[0]);
        Assert.Equal(
            [$"{folder.Path}: 1 picture taken, 0 captions from file names, 2 files left out", $"left out, pictures without a caption, which is looked for in {where}: 1.png, b/3.png"], told);
        var fault = Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder.Path, new(), "train", new("set", isStrict: true), null));
        Assert.Equal($"set: \"1.png\" (pictures without a caption, which is looked for in {where}) is an error with strict data", fault.Message);
    }

    [Fact]
    public void A_picture_that_metadata_name_and_that_is_not_there_is_left_out_and_named()
    {
        Images("1.png");
        folder.Write("metadata.csv", "file_name,text\n1.png,one\nx/2.png,two\n");
        List<string> told = [];
        Assert.Equal(1, ImageFolder.Open(folder.Path, warning: told.Add).Count);
        Assert.Equal("left out, pictures that metadata name and that are not there: x/2.png", told[1]);
    }

    [Theory]
    [InlineData("train", "training/1.png")]
    [InlineData("test", "test/2.png")]
    [InlineData("dev", "validation/3.png")]
    public void Of_folders_that_are_named_by_splits_one_is_read_with_its_captions_and_the_others_are_told(string split, string expected)
    {
        Images("training/1.png", "test/2.png", "test/2.mask.png", "validation/3.png", "more/4.png");
        folder.Write("training/1.txt", "one");
        folder.Write("test/2.caption", "two");
        folder.Write("validation/3.txt", "three");
        folder.Write("validation/notes.md", "");
        List<string> told = [];
        var source = ImageFolder.Open(folder.Path, warning: told.Add, split: split);
        Assert.Equal(folder[expected], Assert.Single(source.ReadEpoch(new(), default)).Name);
        Assert.Contains("only the split", told[1], StringComparison.Ordinal);
        Assert.Contains("left out, pictures of no split: more/4.png", told);
        Assert.Equal(split == "dev", told.Contains("left out, neither pictures nor captions: validation/notes.md"));
        Assert.Contains("its splits are \"test\", \"train\", \"validation\"",
            Assert.Throws<BrokenInputException>(() => ImageFolder.Open(folder.Path, split: "unsupervised")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_may_lie_with_each_split_or_above_all()
    {
        Images("train/1.png", "test/2.png");
        folder.Write("test/metadata.csv", "file_name,text\n2.png,two\nmissing.png,three");
        folder.Write("metadata.csv", "file_name,text\ntrain/1.png,one\ntest/2.png,not this\n");
        List<string> told = [];
        foreach (var (split, caption) in (IEnumerable<(string, string)>)[("train", "one"), ("test", "two")])
            Assert.Equal([caption], Assert.Single(ImageFolder.Open(folder.Path, warning: told.Add, split: split).ReadEpoch(new(), default)).Captions);
        Assert.Equal("only the split \"train\" was read, not \"test\" (1 file)", told[1]);
        Assert.Single(told, line => line.Contains("missing.png", StringComparison.Ordinal));
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
        Assert.Contains("1 of 2 captions are empty", warnings[1], StringComparison.Ordinal);
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
