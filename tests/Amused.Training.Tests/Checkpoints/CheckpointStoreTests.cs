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
        Assert.Equal(store.Latest, store.Find(store.Latest));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("cut")]
    [InlineData("gone")]
    [InlineData("manifest")]
    public void A_broken_checkpoint_falls_back_to_the_one_before_and_says_so(string fault)
    {
        var store = new CheckpointStore(folder, limit: 0);
        foreach (var step in (long[])[1, 2, 3])
            store.Save(step, path => File.WriteAllText(Path.Combine(path, "weights"), $"weights of {step}"));
        Break(3, fault);
        List<string> told = [];
        Assert.Equal(Path.Combine(folder, "checkpoint-2"), store.Find("latest", told.Add));
        Assert.EndsWith("; going on from checkpoint-2, the newest checkpoint that is whole", Assert.Single(told), StringComparison.Ordinal);
        Assert.StartsWith(Path.Combine(folder, "checkpoint-3"), told[0], StringComparison.Ordinal);
        Assert.Throws<BrokenInputException>(() => store.Find(Path.Combine(folder, "checkpoint-3")));

        Break(1, fault);
        Break(2, fault);
        Assert.EndsWith("no checkpoint in " + folder + " is whole", Assert.Throws<BrokenInputException>(() => store.Find("latest")).Message, StringComparison.Ordinal);
    }

    private void Break(long step, string fault)
    {
        var path = Path.Combine(folder, $"checkpoint-{step}", "weights");
        switch (fault)
        {
            case "changed":
                File.WriteAllText(path, $"weightz of {step}");
                break;
            case "cut":
                File.WriteAllText(path, "");
                break;
            case "gone":
                File.Delete(path);
                break;
            default:
                File.WriteAllText(Path.Combine(folder, $"checkpoint-{step}", CheckpointManifest.FileName), "{}");
                break;
        }
    }
}
