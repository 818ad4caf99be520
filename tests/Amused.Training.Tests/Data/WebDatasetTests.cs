using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Amused.Images;
using Amused.Tests.Images;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class WebDatasetTests : IDisposable
{
    private static readonly DataOrder AsTheyLie = new() { Shuffle = false };
    private static readonly byte[] Png = Pictures.Noise(40, 30).Encode(ImageFormat.Png);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    [InlineData("a.tgz")]
    public void Files_of_one_name_are_one_example(string name)
    {
        Write(name, ("dir/0.jpg", Png), ("dir/0.txt", "zero\n"u8.ToArray()), ("readme.md", [1]), ("dir/1.cls", "7"u8.ToArray()), ("dir/1.png", Png),
            ("2.b.json", "{}"u8.ToArray()), ("2.json", """{"caption":["two","zwei"]}"""u8.ToArray()), ("2.webp", Png));
        Assert.Equal(["dir/0.jpg=zero", "dir/1.png=7", "2.webp=two|zwei"], Read(name));
        var example = WebDataset.Open(folder[name]).ReadEpoch(AsTheyLie, new(0, 1)).First();
        Assert.Equal(Png, example.ReadBytes());
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tgz")]
    public void A_mask_beside_a_picture_is_no_picture_of_its_own(string name)
    {
        byte[] mask = Pictures.Noise(40, 30, seed: 2).Encode(ImageFormat.Png);
        Write(name, ("0.jpg", Png), ("0.mask.png", mask), ("0.txt", "zero"u8.ToArray()), ("1.png", Png), ("1.txt", "one"u8.ToArray()));
        Assert.Equal(["0.jpg=zero", "1.png=one"], Read(name));
        var examples = WebDataset.Open(folder[name]).ReadEpoch(AsTheyLie, default).ToArray();
        Assert.Equal(mask, examples[0].ReadMaskBytes());
        Assert.Null(examples[1].ReadMaskBytes());
    }

    [Fact]
    public void Named_fields_come_from_the_json()
    {
        Write("a.tar", ("0.jpg", Png), ("0.txt", "not this"u8.ToArray()), ("0.json", """{"long":"a long text","short":"text"}"""u8.ToArray()));
        Assert.Equal(["0.jpg=a long text|text"], Read("a.tar", new() { Columns = ["long", "short"] }));
        var broken = WebDataset.Open(folder["a.tar"], new() { Columns = ["nothing"] }).ReadEpoch(AsTheyLie, default).Single();
        Assert.Contains(".json (nothing)", Assert.Throws<BrokenInputException>(broken.ReadBytes).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.jpg", "1.jpg", "a.tar: 0.jpg: has no caption, which is looked for in .txt, .caption, .json (text, caption, captions, prompt) or .cls")]
    [InlineData("0.jpg", "0.jpg", "holds \"0.jpg\" twice")]
    public void An_incomplete_example_is_a_broken_one(string first, string second, string expected)
    {
        Write("a.tar", (first, Png), (second, Png), ("2.jpg", Png), ("2.txt", [65]));
        var examples = WebDataset.Open(folder["a.tar"]).ReadEpoch(AsTheyLie, default).ToArray();
        Assert.Contains(expected, Assert.Throws<BrokenInputException>(() => examples[0].ReadBytes()).Message, StringComparison.Ordinal);
        Assert.Equal(Png, examples[^1].ReadBytes());
    }

    [Theory]
    [InlineData("a.tar")]
    [InlineData("a.tgz")]
    public void What_has_no_picture_of_a_known_kind_is_left_out_counted_and_named_once(string name)
    {
        Write(name, ("plain.jpg", Png), ("plain.txt", "a"u8.ToArray()), ("photo 1.5m.jpg", Png), ("photo 1.5m.txt", [65]), ("README", [65]), (".hidden.jpg", [1]),
            ("two.png", Png), ("two.JPG", Png), ("two.caption", [0xC9, (byte)'t', 0xE9]));
        DataReport report = new("set");
        var source = WebDataset.Open(folder[name], new(), "train", report);
        for (int epoch = 0; epoch < 2; epoch++)
            Assert.Equal(["a", "Été"], source.ReadEpoch(AsTheyLie, new(epoch, 0)).Select(example => example.Captions[0]));
        List<string> told = [];
        report.Tell(told.Add);
        report.Tell(told.Add);
        Assert.Equal(
        [
            "set: 2 pictures taken, 0 captions from file names, 4 files left out",
            $"texts were read as Windows-1252, as they are not UTF-8: {folder[name]}: two.jpg",
            $"left out, neither pictures nor captions: {name}: README",
            $"left out, no picture of a known kind (after the first dot of a name comes its extension): {name}: photo 1.5m.jpg, {name}: photo 1.5m.txt",
            $"left out, further pictures of one example: {name}: two.png",
        ], told);
        Assert.Throws<BrokenInputException>(() => WebDataset.Open(folder[name], new(), "train", new("set", isStrict: true)).ReadEpoch(AsTheyLie, default).Count());
    }

    [Fact]
    public void The_end_of_the_first_epoch_says_what_was_taken_and_left_out()
    {
        Write("a.tar", ("0.jpg", Png), ("0.txt", [65]), ("1.5.jpg", Png));
        List<string> told = [];
        using PrefetchingLoader loader = new(WebDataset.Open(folder["a.tar"]), new() { Resolution = 8 }, AsTheyLie, new() { Warning = told.Add, Workers = 1 });
        loader.TryTake(out _);
        Assert.Empty(told);
        loader.TryTake(out _);
        Assert.Contains("1 picture taken, 0 captions from file names, 1 file left out", told[0], StringComparison.Ordinal);
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void Pictures_without_a_caption_are_left_out_and_named_once_and_an_error_of_strict_data()
    {
        Write("a.tar", ("0.jpg", Png), ("0.txt", [65]), ("1.jpg", Png), ("2.jpg", Png), ("2.json", "{}"u8.ToArray()));
        List<string> told = [];
        using PrefetchingLoader loader = new(WebDataset.Open(folder["a.tar"]), new() { Resolution = 8 }, AsTheyLie, new() { Warning = told.Add, Epochs = 3 });
        Assert.Equal(3, loader.Batches().Count());
        Assert.Equal(
        [
            $"{folder["a.tar"]}: 1 picture taken, 0 captions from file names, 2 files left out",
            "left out, pictures without a caption, which is looked for in .txt, .caption, .json (text, caption, captions, prompt) or .cls beside them in the archive: a.tar: 1.jpg, a.tar: 2.jpg",
        ], told);
        var strict = WebDataset.Open(folder["a.tar"], new(), "train", new("set", isStrict: true));
        Assert.StartsWith("set: \"a.tar: 1.jpg\" (pictures without a caption", Assert.Throws<BrokenInputException>(() => strict.ReadEpoch(AsTheyLie, default).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_folder_one_split_is_read()
    {
        foreach (var name in (string[])["train-0.tar", "test-0.tar"])
            Write(name, ("0.jpg", Png), ("0.txt", System.Text.Encoding.UTF8.GetBytes(name)));
        Assert.Equal("train-0.tar", WebDataset.Open(folder.Path).ReadEpoch(AsTheyLie, default).Single().Captions[0]);
        Assert.Equal("test-0.tar", WebDataset.Open(folder.Path, split: "test").ReadEpoch(AsTheyLie, default).Single().Captions[0]);
        Assert.Equal("test-0.tar", WebDataset.Open(folder["test-0.tar"]).ReadEpoch(AsTheyLie, default).Single().Captions[0]);
        Assert.Throws<BrokenInputException>(() => WebDataset.Open(folder.Path, split: "validation"));
    }

    [Theory]
    [InlineData("a.tar", 0.5)]
    [InlineData("a.tar", 0.97)]
    [InlineData("a.tar.gz", 0.5)]
    [InlineData("a.tar.gz", 0.97)]
    public void A_cut_archive_is_refused_in_one_line(string name, double share)
    {
        Write(name, ("0.jpg", Png), ("0.txt", "a"u8.ToArray()), ("1.jpg", Png), ("1.txt", "b"u8.ToArray()), ("2.txt", "c"u8.ToArray()), ("2.jpg", Png));
        var bytes = File.ReadAllBytes(folder[name]);
        File.WriteAllBytes(folder[name], bytes[..(int)((name == "a.tar" ? 10_000 : bytes.Length) * share)]);
        var error = Assert.Throws<BrokenInputException>(() => Read(name));
        Assert.StartsWith(folder[name] + ": is a ", error.Message, StringComparison.Ordinal);
        Assert.Contains("cut", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void What_is_no_archive_is_refused()
    {
        folder.Write("a.tar", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("no archive at all ", 100))));
        folder.Write("a.tar.gz", "neither"u8.ToArray());
        Assert.Contains("broken tar archive", Assert.Throws<BrokenInputException>(() => Read("a.tar")).Message, StringComparison.Ordinal);
        Assert.Contains("broken or cut tar.gz", Assert.Throws<BrokenInputException>(() => Read("a.tar.gz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_shards_and_folders_without_shards_are_refused()
    {
        Write("s-00.tar");
        Assert.Contains("s-01.tar: there is no such file, although", Refusal("s-{00..01}.tar"), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refusal("x.tar"), StringComparison.Ordinal);
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("holds no tar shards", Refusal("empty"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{000..002}", "000 001 002")]
    [InlineData("{8..11}", "8 9 10 11")]
    [InlineData("{08..11}", "08 09 10 11")]
    [InlineData("{2..0}", "2 1 0")]
    [InlineData("{a,b}-{0..1}", "a-0 a-1 b-0 b-1")]
    [InlineData("plain", "plain")]
    [InlineData("{x}", "{x}")]
    public void Braces_expand_as_a_shell_expands_them(string pattern, string expected) =>
        Assert.Equal(expected, string.Join(' ', WebDataset.Expand(pattern)));

    [Theory]
    [InlineData(".tar")]
    [InlineData(".tar.gz")]
    public void Shards_are_mixed_and_can_be_gone_on_with_at_any_place(string extension)
    {
        for (int shard = 0; shard < 3; shard++)
            Write($"s-{shard}{extension}", [.. Enumerable.Range(0, 5).SelectMany(i => new[] { ($"{shard}{i}.jpg", Png), ($"{shard}{i}.txt", Encoding.ASCII.GetBytes($"{shard}{i}")) })]);
        DataOrder order = new() { Seed = 1, ShuffleBuffer = 4 };
        string[] Names(long taken) => [.. WebDataset.Open(folder["s-{0..2}" + extension]).ReadEpoch(order, new(0, taken)).Select(example => example.Captions[0])];
        var whole = Names(0);
        Assert.Equal(15, whole.Distinct().Count());
        Assert.NotEqual(whole.Order(), whole);
        for (int taken = 1; taken <= 15; taken++)
            Assert.Equal(whole[taken..], Names(taken));
    }

    private string Refusal(string name) => Assert.Throws<BrokenInputException>(() => WebDataset.Open(folder[name])).Message;

    private string[] Read(string name, CaptionOptions? options = null) =>
        [.. WebDataset.Open(folder[name], options).ReadEpoch(AsTheyLie, default).Select(example => $"{example.Name[(folder[name].Length + 2)..]}={string.Join('|', example.Captions)}")];

    private void Write(string name, params (string Name, byte[] Content)[] files)
    {
        using var file = File.Create(folder[name]);
        using Stream stream = name.EndsWith("z", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using TarWriter tar = new(stream);
        foreach (var (entry, content) in files)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(content) });
    }
}
