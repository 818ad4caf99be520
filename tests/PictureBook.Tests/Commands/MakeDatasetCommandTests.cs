using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Commands;

public sealed class MakeDatasetCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_has_no_meaning_without_a_folder_or_shards_is_refused()
    {
        ToolRun.Of("make-dataset", "--preview", folder["sheet.png"], "--masks", "--drawings", folder.Path).AssertFails(2, "without OUTPUT only sheets are drawn: leave --masks out");
        ToolRun.Of("make-dataset", folder["scenes"], "--count", "2", "--format", "folder", "--shard-size", "5", "--drawings", folder.Path)
            .AssertFails(2, "--format folder makes no shards: leave --shard-size out");
    }

    [Fact]
    public void A_data_set_is_written_with_a_preview_and_a_sheet()
    {
        var drawings = TinyIcons.Json();
        var output = ToolRun.Output("make-dataset", folder["set"], "--count", "5", "--shard-size", "2", "--size", "32", "--drawings", folder.Write("icons.json", drawings),
            "--preview", folder["preview.png"], "--contact-sheet", folder["sheet.png"]);
        Assert.EndsWith("set: 5 pictures\n", output);
        Assert.Equal(
            ["icons.json", "preview.png", "set/dataset.json", "set/train-00000.tar", "set/train-00001.tar", "set/train-00002.tar", "set/words.json", "sheet.png"],
            folder.Names.Select(name => name.Replace('\\', '/')));
    }

    [Fact]
    public void A_preview_alone_needs_no_folder_and_no_count()
    {
        var drawings = folder.Write("icons.json", TinyIcons.Json());
        Assert.Equal(folder["p.png"] + "\n", ToolRun.Output("make-dataset", "--preview", folder["p.png"], "--split", "held-out", "--drawings", drawings));
        Assert.Equal(["icons.json", "p.png"], folder.Names);
    }

    [Fact]
    public void What_is_missing_or_unusable_is_named()
    {
        var drawings = folder.Write("icons.json", TinyIcons.Json());
        ToolRun.Of("make-dataset", folder["set"], "--count", "5").AssertFails(2, "--drawings");
        ToolRun.Of("make-dataset", folder["set"], "--drawings", drawings).AssertFails(2, "--count");
        ToolRun.Of("make-dataset", "--count", "5", "--drawings", drawings).AssertFails(2, "folder");
        ToolRun.Of("make-dataset", folder["set"], "--count", "5", "--drawings", folder["none.tgz"]).AssertFails(1, "none.tgz");
        ToolRun.Of("make-dataset", folder["set"], "--count", "5", "--drawings", drawings, "--split", "test").AssertFails(2, "--split", "train, held-out");
        ToolRun.Of("make-dataset", folder["set"], "--count", "5", "--drawings", drawings, "--format", "zip").AssertFails(2, "--format", "webdataset, folder");
        ToolRun.Of("make-dataset", folder["set"], "--count", "5", "--drawings", drawings, "--size", "8").AssertFails(2, "--size", "32");
        ToolRun.Of("make-dataset", folder["set"], "--count", "5", "--drawings", drawings, "--seed", "1,2").AssertFails(2, "--seed");
        Assert.False(Directory.Exists(folder["set"]));
    }
}
