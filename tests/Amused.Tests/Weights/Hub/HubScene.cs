using System.Collections.Concurrent;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

/// <summary>A hub, an empty cache, and a client that knows no other environment than what a test sets.</summary>
internal sealed class HubScene : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amused-hub-").FullName;

    public FakeHub Hub { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The waits between tries, none of which is really waited.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    /// <summary>What the user was told.</summary>
    public ConcurrentQueue<string> Notices { get; } = [];

    public string CacheFolder => Path.Combine(root, "hub");

    public string RepoFolder => Path.Combine(CacheFolder, "models--amused--tiny");

    public string SnapshotFolder => Path.Combine(RepoFolder, "snapshots", FakeHub.Commit);

    public HubOptions Options => new() { CacheFolder = CacheFolder, Endpoint = Hub.Address, Notice = Notices.Enqueue };

    public HubClient Client(int tries = 5)
        => new(null, name => Environment.GetValueOrDefault(name), BackOff.Default with
        {
            Tries = tries,
            Delay = (wait, _) =>
            {
                Waits.Enqueue(wait);
                return Task.CompletedTask;
            },
        });

    public async Task<string> SnapshotAsync(HubOptions? options = null, int tries = 5)
    {
        using var client = Client(tries);
        return await client.SnapshotAsync(FakeHub.Id, options ?? Options, TestContext.Current.CancellationToken);
    }

    /// <summary>The one-line message of what a fetch was refused with.</summary>
    public async Task<string> RefusalAsync(HubOptions? options = null, int tries = 2)
    {
        var refusal = await Assert.ThrowsAnyAsync<AmusedException>(() => SnapshotAsync(options, tries));
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }

    public string BlobPath(string path) => Path.Combine(RepoFolder, "blobs", FakeHub.ETag(path, Hub.Files[path]));

    /// <summary>The files of the snapshot, as paths in the repository.</summary>
    public string[] Snapshot()
        => [.. Directory.EnumerateFiles(SnapshotFolder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(SnapshotFolder, f)).Order(StringComparer.Ordinal)];

    /// <summary>Lays a cache out by hand as the hub's Python client does.</summary>
    public void LayOutAsPython(params IEnumerable<string> paths)
    {
        Directory.CreateDirectory(Path.Combine(RepoFolder, "blobs"));
        Directory.CreateDirectory(Path.Combine(RepoFolder, "refs"));
        Directory.CreateDirectory(Path.Combine(RepoFolder, ".no_exist", FakeHub.Commit, "tokenizer"));
        File.WriteAllText(Path.Combine(RepoFolder, ".no_exist", FakeHub.Commit, "tokenizer", "added_tokens.json"), "");
        File.WriteAllText(Path.Combine(RepoFolder, "refs", "main"), FakeHub.Commit);
        foreach (var path in paths)
        {
            File.WriteAllBytes(BlobPath(path), Hub.Files[path]);
            var link = Path.Combine(SnapshotFolder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            var up = string.Concat(Enumerable.Repeat("../", path.Split('/').Length + 1));
            File.CreateSymbolicLink(link, $"{up}blobs/{FakeHub.ETag(path, Hub.Files[path])}");
        }
    }

    public void Dispose()
    {
        Hub.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
