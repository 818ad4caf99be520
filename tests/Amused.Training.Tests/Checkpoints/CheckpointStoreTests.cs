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
}
