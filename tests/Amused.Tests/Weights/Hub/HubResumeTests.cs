using System.Diagnostics;
using System.Security.Cryptography;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubResumeTests : IDisposable
{
    private const string Large = "transformer/diffusion_pytorch_model.safetensors";

    private readonly HubScene scene = new();

    public HubResumeTests() => scene.Hub.WithPipeline("");

    public void Dispose() => scene.Dispose();

    private string Partial => scene.BlobPath(Large) + ".incomplete";

    private byte[] Content => scene.Hub.Files[Large];

    private IEnumerable<LocalRequest> LargeRequests => scene.Hub.StorageRequests.Where(r => Uri.UnescapeDataString(r.Path) == "/" + Large);

    [Fact]
    public async Task A_cut_download_goes_on_from_where_it_was()
    {
        scene.Hub.CutAfter = 100_000;
        scene.Hub.Cuts = 1;

        await scene.SnapshotAsync();

        Assert.Equal([null, "bytes=100000-"], LargeRequests.Select(r => r.Header("Range")));
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
        Assert.False(File.Exists(Partial));
        Assert.Contains("trying again", Assert.Single(scene.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_are_counted_only_while_nothing_arrives()
    {
        // Seven cuts, each after a little progress, with two tries allowed.
        scene.Hub.CutAfter = 40_000;

        await scene.SnapshotAsync(tries: 2);

        Assert.Equal(8, LargeRequests.Count());
    }

    [Fact]
    public async Task A_download_that_gives_up_keeps_its_part_for_the_next_one()
    {
        scene.Hub.CutAfter = 100_000;
        scene.Hub.Cuts = 1;
        var message = await scene.RefusalAsync(tries: 1);
        Assert.Contains("is kept, try again", message, StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(Partial).Length);
        Assert.False(File.Exists(Path.Combine(scene.SnapshotFolder, Large)));
        Assert.False(File.Exists(Path.Combine(scene.RepoFolder, "refs", "main")));

        scene.Hub.CutAfter = null;
        await scene.SnapshotAsync();

        Assert.Equal("bytes=100000-", LargeRequests.Last().Header("Range"));
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_makes_it_start_over()
    {
        LeavePartial(Content[..50_000]);
        scene.Hub.KnowsRanges = false;

        await scene.SnapshotAsync();

        Assert.Equal("bytes=50000-", Assert.Single(LargeRequests).Header("Range"));
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Fact]
    public async Task A_part_that_does_not_belong_is_thrown_away()
    {
        LeavePartial(RandomNumberGenerator.GetBytes(50_000));

        await scene.SnapshotAsync();

        Assert.Equal(["bytes=50000-", null], LargeRequests.Select(r => r.Header("Range")));
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_part_of_full_length_or_more_is_checked_like_any_other(int excess)
    {
        LeavePartial([.. Content, .. new byte[excess]]);

        await scene.SnapshotAsync();

        Assert.Equal(excess == 0 ? 0 : 1, LargeRequests.Count());
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Theory]
    [InlineData(Large)]
    [InlineData("vqvae/config.json")]
    public async Task A_wrong_hash_leaves_nothing_behind(string path)
    {
        scene.Hub.Corrupt = (file, content) => file == path ? [.. content[..^1], (byte)(content[^1] ^ 1)] : content;

        var message = await scene.RefusalAsync();

        Assert.Contains($"amused/tiny/{path} arrived with another content than announced", message, StringComparison.Ordinal);
        Assert.False(File.Exists(scene.BlobPath(path)));
        Assert.False(File.Exists(scene.BlobPath(path) + ".incomplete"));
        Assert.DoesNotContain(path, scene.Snapshot());
    }

    [Fact]
    public async Task A_file_longer_than_announced_is_refused()
    {
        scene.Hub.Corrupt = (file, content) => file == Large ? [.. content, 0] : content;
        Assert.Contains($"amused/tiny/{Large} arrived longer than announced", await scene.RefusalAsync(), StringComparison.Ordinal);
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public async Task A_file_that_always_ends_too_early_is_named_with_its_size()
    {
        scene.Hub.Corrupt = (file, content) => file == Large ? content[..1000] : content;
        scene.Hub.KnowsRanges = false;
        Assert.Contains($"ended amused/tiny/{Large} after 1000 of 300000 bytes", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_of_the_wrong_size_is_fetched_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllText(scene.BlobPath(Large), "cut by a full disk");

        await scene.SnapshotAsync();

        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Fact]
    public async Task Cancelling_keeps_the_part_and_frees_the_locks()
    {
        using var cancellation = new CancellationTokenSource();
        using var client = scene.Client();
        var stop = new Stop(() => cancellation.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.SnapshotAsync(FakeHub.Id, scene.Options with { Progress = stop }, cancellation.Token));

        await scene.SnapshotAsync();

        Assert.Empty(scene.Notices);
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Fact]
    public async Task Two_clients_at_once_fetch_each_file_once()
    {
        scene.Hub.CutAfter = 100_000; // some traffic, so that they meet
        scene.Hub.Cuts = 3;

        await Task.WhenAll(scene.SnapshotAsync(), scene.SnapshotAsync(), scene.SnapshotAsync());

        var fromTheStart =
            scene.Hub.Downloads.Where(r => !r.Path.Contains("/resolve/", StringComparison.Ordinal) && r.Header("Range") is null);
        Assert.Equal(3, fromTheStart.Count());
        Assert.All(scene.Snapshot(), p => Assert.Equal(scene.Hub.Files[p], File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, p))));
    }

    [Fact]
    public async Task Another_process_that_holds_the_lock_by_flock_is_waited_for()
    {
        // As Python's file lock does; the fetched file is then taken as it is.
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs util-linux's flock");
        var lockFolder = Directory.CreateDirectory(Path.Combine(scene.CacheFolder, ".locks", "models--amused--tiny")).FullName;
        using var holder = Process.Start(new ProcessStartInfo("/usr/bin/flock")
        {
            ArgumentList = { Path.Combine(lockFolder, FakeHub.Sha256(Content) + ".lock"), "sh", "-c", "echo held; cat" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var told = new TaskCompletionSource();

        var download = scene.SnapshotAsync(scene.Options with { Notice = _ => told.TrySetResult() });
        await told.Task;
        File.WriteAllBytes(scene.BlobPath(Large), Content);
        holder.StandardInput.Close();
        await download;

        Assert.Empty(LargeRequests);
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, Large)));
    }

    [Fact]
    public async Task A_full_disk_is_named_and_nothing_half_written_is_visible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.CreateSymbolicLink(Partial, "/dev/full");

        var message = await scene.RefusalAsync();

        Assert.Contains($"the disk of the hub's cache {scene.CacheFolder} is full", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Large, scene.Snapshot());
        Assert.False(File.Exists(scene.BlobPath(Large)));
    }

    [Fact]
    public async Task A_download_larger_than_the_disk_is_refused_before_it_begins()
    {
        scene.Hub.Override = request =>
        {
            if (request.Method != "HEAD" || !request.Path.EndsWith(Large, StringComparison.Ordinal))
                return null;
            var huge = new LocalResponse(302, []);
            huge.Headers["Location"] = scene.Hub.StorageAddress.ToString();
            huge.Headers["X-Linked-Etag"] = FakeHub.Sha256(Content);
            huge.Headers["X-Linked-Size"] = "4000000000000000";
            return huge;
        };

        Assert.Matches("the download takes 4000000.. GB and the hub's cache .* has .* left", await scene.RefusalAsync());
        Assert.Empty(LargeRequests);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        File.WriteAllText(scene.CacheFolder, "a file where the folder should be");
        Assert.Contains($"the hub's cache {scene.CacheFolder} can't be used", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    private void LeavePartial(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, content);
    }

    private sealed class Stop(Action action) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.File == Large && value.FileBytesDone > 0)
                action();
        }
    }
}
