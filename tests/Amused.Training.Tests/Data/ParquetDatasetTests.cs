using Amused.Images;
using Amused.Tests.Images;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class ParquetDatasetTests : IDisposable
{
    private static readonly DataOrder AsTheyLie = new() { Shuffle = false };
    private static readonly byte[] Png = Pictures.Noise(12, 9).Encode(ImageFormat.Png);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Images_are_read_from_structs_with_their_captions_and_row_groups_follow_one_another()
    {
        await WriteHubLayout("data/train-00000-of-00001.parquet", groups: 2);
        await WriteHubLayout("data/test-00000-of-00001.parquet", groups: 1);
        folder.Write("data/outside.png", Png);
        var source = ParquetDataset.Open(folder.Path);
        var examples = source.ReadEpoch(AsTheyLie, default).ToArray();
        Assert.Equal((6, 6), (source.Count, examples.Length));
        Assert.Equal(["first", "", "third", "first", "", "third"], examples.Select(example => example.Captions[0]));
        Assert.Equal(Png, examples[0].ReadBytes());
        Assert.Equal(Png, examples[2].ReadBytes()); // bytes are null, the path is not
        Assert.Contains("row 1 of row group 0: has no caption, which is looked for in the caption column", Assert.Throws<BrokenInputException>(() => examples[1].ReadBytes()).Message, StringComparison.Ordinal);
        Assert.Equal(3, ParquetDataset.Open(folder.Path, split: "test").Count);
    }

    [Fact]
    public async Task Rows_without_a_caption_are_left_out_and_told_at_the_end_of_reading()
    {
        var path = await WriteHubLayout("a.parquet", groups: 2);
        folder.Write("outside.png", Png);
        List<string> told = [];
        var source = ParquetDataset.Open(path, new(), "image", "train", new("set"), told.Add);
        Assert.Equal(["set: 6 pictures taken, 0 captions from file names, 0 files left out"], told);
        using (PrefetchingLoader loader = new(source, new() { Resolution = 8 }, AsTheyLie, new() { Warning = told.Add, Epochs = 2 }))
            Assert.Equal(8, loader.Batches().Count());
        Assert.Equal(
        [
            "set: 4 pictures taken, 0 captions from file names, 2 files left out",
            "left out, pictures without a caption, which is looked for in the caption column: a.parquet: row 1 of row group 0, a.parquet: row 1 of row group 1",
        ], told[1..]);
        var strict = ParquetDataset.Open(path, new(), "image", "train", new("set", isStrict: true), null);
        Assert.Throws<BrokenInputException>(() => strict.ReadEpoch(AsTheyLie, default).Count());
    }

    [Fact]
    public async Task Lists_and_several_columns_give_several_captions()
    {
        var path = await WriteHubLayout("a.parquet", groups: 1);
        var examples = ParquetDataset.Open(path, new() { Columns = ["captions", "text"] }).ReadEpoch(AsTheyLie, default).ToArray();
        Assert.Equal(["one|eins|first", "two", "three|drei|third"], examples.Select(example => string.Join('|', example.Captions)));
    }

    [Fact]
    public async Task Images_may_be_plain_bytes_in_a_column_of_another_name()
    {
        ParquetSchema schema = new(new DataField("jpg", typeof(byte[]), false), new DataField("caption", typeof(string), false));
        var path = await Write("a.parquet", schema, 1, async (group, fields) =>
        {
            await group.WriteAsync(fields[0], (byte[][])[Png, [1]]);
            await group.WriteAsync(fields[1], (string[])["a", "b"]);
        });
        var examples = ParquetDataset.Open(path, imageColumn: "jpg").ReadEpoch(AsTheyLie, default).ToArray();
        Assert.Equal(["a", "b"], examples.Select(example => example.Captions.Single()));
        Assert.Equal(Png, examples[0].ReadBytes());
        Assert.Contains("no column \"image\" with images; its columns are \"jpg\", \"caption\"", Refusal(path), StringComparison.Ordinal);
        Assert.Contains("no column \"nothing\"", Refusal(path, "jpg", new() { Columns = ["nothing"] }), StringComparison.Ordinal);
        Assert.Contains("holds no bytes", Refusal(path, "caption"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_any_place_the_mixed_rows_go_on_as_they_would_have()
    {
        var path = await WriteHubLayout("a.parquet", groups: 4);
        DataOrder order = new() { ShuffleBuffer = 5 };
        string[] Names(long taken) => [.. ParquetDataset.Open(path).ReadEpoch(order, new(3, taken)).Select(example => example.Name)];
        var whole = Names(0);
        Assert.Equal(12, whole.Distinct().Count());
        for (int taken = 1; taken <= 12; taken++)
            Assert.Equal(whole[taken..], Names(taken));
    }

    [Fact]
    public async Task A_cut_file_is_refused_in_one_line_wherever_it_is_cut()
    {
        var path = await WriteHubLayout("a.parquet", groups: 2);
        var bytes = File.ReadAllBytes(path);
        for (int length = 0; length < bytes.Length; length += 97)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var message = Refusal(path);
            Assert.StartsWith($"{path}: is a broken or cut Parquet file", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public async Task Damage_among_the_rows_is_refused_or_gives_broken_examples_but_nothing_else()
    {
        var path = await WriteHubLayout("a.parquet", groups: 1);
        var bytes = File.ReadAllBytes(path);
        Random random = new(0);
        for (int trial = 0; trial < 200; trial++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            var error = Record.Exception(() => ParquetDataset.Open(path).ReadEpoch(AsTheyLie, default).Count());
            Assert.True(error is null or BrokenInputException, error?.ToString());
        }
    }

    [Fact]
    public void Missing_files_and_folders_without_any_are_refused()
    {
        Assert.Contains("there is no such file or folder", Refusal(folder["a.parquet"]), StringComparison.Ordinal);
        Assert.Contains("holds no .parquet files", Refusal(folder.Path), StringComparison.Ordinal);
    }

    private static string Refusal(string path, string imageColumn = "image", CaptionOptions? captions = null) =>
        Assert.Throws<BrokenInputException>(() => ParquetDataset.Open(path, captions, imageColumn).ReadEpoch(AsTheyLie, default).Count()).Message;

    /// <summary>Three rows a group, one of them without text, one with a path instead of bytes.</summary>
    private Task<string> WriteHubLayout(string name, int groups)
    {
        ParquetSchema schema = new(
            new StructField("image", new DataField("bytes", typeof(byte[]), true), new DataField("path", typeof(string), true)),
            new DataField("text", typeof(string), true),
            new ListField("captions", new DataField("element", typeof(string), true)),
            new DataField("label", typeof(long), false));
        return Write(name, schema, groups, async (group, fields) =>
        {
            await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(fields[0], (ReadOnlyMemory<byte>[])[Png, Png], new[] { 2, 2, 1 }, null, default);
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(
                fields[1], (ReadOnlyMemory<char>[])["0.png".AsMemory(), "1.png".AsMemory(), "outside.png".AsMemory()], new[] { 2, 2, 2 }, null, default);
            await group.WriteAsync(fields[2], (string?[])["first", null, "third"]);
            await group.WriteAsync(fields[3], (string[])["one", "eins", "two", "three", "drei"], new ReadOnlyMemory<int>([0, 1, 0, 0, 1]));
            await group.WriteAsync<long>(fields[4], (long[])[1, 2, 3]);
        });
    }

    private async Task<string> Write(string name, ParquetSchema schema, int groups, Func<ParquetRowGroupWriter, DataField[], Task> write)
    {
        folder.Write(name, "");
        using var file = File.Create(folder[name]);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        for (int i = 0; i < groups; i++)
        {
            using var group = writer.CreateRowGroup();
            await write(group, schema.GetDataFields());
            group.CompleteValidate();
        }

        return folder[name];
    }
}
