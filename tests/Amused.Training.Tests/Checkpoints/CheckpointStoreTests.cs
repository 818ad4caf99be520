using Amused.Training.Checkpoints;
using Xunit;

namespace Amused.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("amused-store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_disk_that_is_full_is_told_and_leaves_the_last_good_checkpoint_alone()
    {
        var store = new CheckpointStore(folder, limit: 1);
        store.Save(1, path => File.WriteAllText(Path.Combine(path, "a"), "1"));
        var fault = Assert.Throws<BrokenInputException>(() => store.Save(2, path =>
        {
            File.WriteAllText(Path.Combine(path, "a"), "half");
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left on device", fault.Message);
        Assert.Equal([Path.Combine(folder, "checkpoint-1")], Directory.GetFileSystemEntries(folder));
        Assert.Equal(Path.Combine(folder, "checkpoint-1"), store.Latest);
    }

    [Fact]
    public void The_latest_is_the_one_of_the_highest_number_and_unfinished_ones_do_not_count()
    {
        var store = new CheckpointStore(folder, limit: 0);
        foreach (var step in (long[])[9, 100, 20])
            store.Save(step, path => File.WriteAllText(Path.Combine(path, "a"), ""));
        Directory.CreateDirectory(Path.Combine(folder, ".checkpoint-killed.tmp"));
        Directory.CreateDirectory(Path.Combine(folder, "checkpoint-best"));
        Assert.Equal(Path.Combine(folder, "checkpoint-100"), store.Latest);
        store.Save(101, _ => { });
        Assert.False(Directory.Exists(Path.Combine(folder, ".checkpoint-killed.tmp")));
    }

    [Fact]
    public void A_new_run_among_the_checkpoints_of_another_is_refused_with_what_to_do()
    {
        var store = new CheckpointStore(folder, limit: 0);
        Assert.Null(store.Find(null));
        Assert.Null(store.Find("latest"));
        store.Save(5000, _ => { });
        Assert.Equal(
            $"{folder} holds a run already, up to checkpoint-5000: go on with it by --resume latest, name another --output, or remove the folder",
            Assert.Throws<InvalidRequestException>(() => store.Find(null)).Message);
        Assert.Equal(Path.Combine(folder, "checkpoint-5000"), store.Find("latest"));
        Assert.Equal("elsewhere/checkpoint-1", store.Find("elsewhere/checkpoint-1"));
    }
}
