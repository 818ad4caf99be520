using System.Globalization;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

/// <summary>Mirrors and gateways that stand before the hub, send on to it, and leave out or change what it says of its files.</summary>
public sealed class HubMirrorTests : IDisposable
{
    private const string Large = "transformer/diffusion_pytorch_model.safetensors";

    private readonly HubScene scene = new();
    private LocalServer? mirror;

    public HubMirrorTests() => scene.Hub.WithPipeline("");

    /// <summary>Each kind of redirect, to another host by its whole address or without its scheme.</summary>
    public static TheoryData<int, bool> Redirects
    {
        get
        {
            TheoryData<int, bool> data = [];
            foreach (var status in new[] { 301, 302, 303, 307, 308 })
                foreach (var hasScheme in new[] { true, false })
                    data.Add(status, hasScheme);
            return data;
        }
    }

    private HubOptions ByMirror => scene.Options with { Endpoint = mirror!.Address, Token = "hf_secret" };

    private byte[] Content => scene.Hub.Files[Large];

    public void Dispose()
    {
        mirror?.Dispose();
        scene.Dispose();
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task A_mirror_that_sends_on_to_another_host_is_followed_and_its_token_kept_from_there(int status, bool hasScheme)
    {
        RedirectToHub(status, hasScheme);

        await scene.SnapshotAsync(ByMirror);

        AssertWhole();
        AssertBlobsAreHashes();
        Assert.All(mirror!.Requests, request => Assert.Equal("Bearer hf_secret", request.Header("Authorization")));
        Assert.NotEmpty(scene.Hub.StorageRequests);
        Assert.All(scene.Hub.HubRequests.Concat(scene.Hub.StorageRequests), request => Assert.Null(request.Header("Authorization")));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_a_path_alone_stays_on_its_host(int status)
    {
        scene.Hub.Override = request => request.Path.Contains('?', StringComparison.Ordinal)
            ? null
            : Redirect(status, request.Path + "?moved");
        // The listing's own route takes no query.
        var listing = scene.Hub.Override;
        scene.Hub.Override = request => request.Path.StartsWith("/api/", StringComparison.Ordinal) ? null : listing(request);

        await scene.SnapshotAsync(scene.Options with { Token = "hf_secret" });

        AssertWhole();
        AssertBlobsAreHashes();
        Assert.All(scene.Hub.HubRequests, request => Assert.Equal("Bearer hf_secret", request.Header("Authorization")));
    }

    [Fact]
    public async Task What_the_first_answer_says_of_a_large_file_is_enough()
    {
        RedirectToHub(302, hasScheme: true, response =>
        {
            response.Headers["X-Linked-Etag"] = $"\"{FakeHub.Sha256(Content)}\"";
            response.Headers["X-Linked-Size"] = Content.Length.ToString(CultureInfo.InvariantCulture);
        }, Large);

        await scene.SnapshotAsync(ByMirror);

        AssertWhole();
        AssertBlobsAreHashes();
        Assert.DoesNotContain(scene.Hub.HubRequests, request =>
            request.Method == "HEAD" && request.Path.EndsWith(Large, StringComparison.Ordinal));
        Assert.DoesNotContain(scene.Hub.StorageRequests, request => request.Method == "HEAD");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_storage_tells_the_size_that_the_hub_does_not_or_its_download_does(bool answersHead)
    {
        scene.Hub.Alter = (_, response) =>
        {
            response.Headers.Remove("X-Linked-Size");
            response.Headers.Remove("X-Linked-Etag");
            if (response.Status == 302)
                response.Headers.Remove("ETag");
        };
        scene.Hub.StorageOverride = request => request.Method == "HEAD" && !answersHead ? FakeHub.Status(403) : null;

        await scene.SnapshotAsync();

        AssertWhole();
    }

    [Fact]
    public async Task What_a_storage_calls_a_file_is_not_taken_for_its_hash()
    {
        scene.Hub.Alter = (_, response) =>
        {
            response.Headers.Remove("X-Linked-Etag");
            if (!response.Headers.ContainsKey("X-Repo-Commit"))
                response.Headers["ETag"] = $"\"{new string('a', 64)}\"";
            else if (response.Status == 302)
                response.Headers.Remove("ETag");
        };
        await scene.SnapshotAsync();
        AssertWhole();
    }

    [Fact]
    public async Task A_gateway_that_knows_no_HEAD_is_asked_for_the_files_at_once()
    {
        scene.Hub.Override = request => request.Method == "HEAD" ? FakeHub.Status(405) : null;
        await scene.SnapshotAsync();
        AssertWhole();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_length_a_file_is_as_long_as_its_download(bool onHeadAlone)
    {
        scene.Hub.Alter = (request, response) =>
        {
            response.Headers.Remove("X-Linked-Size");
            response.HasLength &= onHeadAlone && request.Method != "HEAD";
        };
        Recorder news = new();

        await scene.SnapshotAsync(scene.Options with { Progress = news });

        AssertWhole();
        AssertBlobsAreHashes();
        var last = news.All[^1];
        Assert.Equal((last.BytesTotal, last.FilesTotal), (last.BytesDone, last.FilesDone));
        Assert.Equal(scene.Snapshot().Where(path => path != "model_index.json").Sum(path => (long)scene.Hub.Files[path].Length),
            last.BytesTotal);
    }

    [Fact]
    public async Task Without_a_length_on_HEAD_a_cut_download_goes_on_and_a_changed_one_is_refused()
    {
        scene.Hub.Alter = (request, response) =>
        {
            response.Headers.Remove("X-Linked-Size");
            response.HasLength &= request.Method != "HEAD";
        };
        scene.Hub.CutAfter = 100_000;
        scene.Hub.Cuts = 1;
        await scene.SnapshotAsync();
        AssertWhole();
        Assert.Equal("bytes=100000-", Asked(Large).Last());

        Directory.Delete(scene.RepoFolder, recursive: true);
        scene.Hub.Corrupt = (path, content) => path == Large ? [.. content[..^1], (byte)~content[^1]] : content;
        Assert.Contains($"{Large} arrived with another content than announced", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weak_ETag_is_the_same_hash()
    {
        scene.Hub.Alter = (_, response) =>
        {
            foreach (var name in new[] { "ETag", "X-Linked-Etag" })
                if (response.Headers.TryGetValue(name, out var etag))
                    response.Headers[name] = $"W/{etag}";
        };
        await scene.SnapshotAsync();
        AssertWhole();
        AssertBlobsAreHashes();

        Directory.Delete(scene.RepoFolder, recursive: true);
        scene.Hub.Corrupt = (path, content) => path == "vqvae/config.json" ? [.. content.Reverse()] : content;
        Assert.Contains("vqvae/config.json arrived with another content", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"5f3e-12c\"")] // by time and size, as web servers make them: the same for several files
    public async Task Without_a_hash_the_size_is_verified_and_the_cache_serves_again(string? etag)
    {
        scene.Hub.Alter = (_, response) =>
        {
            response.Headers.Remove("X-Linked-Etag");
            response.Headers.Remove("ETag");
            if (etag is not null)
                response.Headers["ETag"] = etag;
        };
        scene.Hub.CutAfter = 100_000;
        scene.Hub.Cuts = 1;
        var folder = await scene.SnapshotAsync();
        AssertWhole();
        Assert.Equal("bytes=100000-", Asked(Large).Last());
        Assert.Equal(folder, await scene.SnapshotAsync(scene.Options with { Offline = true }));

        Directory.Delete(scene.RepoFolder, recursive: true);
        scene.Hub.Corrupt = (path, content) => path == Large ? [.. content, 0] : content;
        Assert.Contains($"{Large} arrived longer than announced", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_by_a_mirror_goes_on_from_where_it_was_cut()
    {
        RedirectToHub(308, hasScheme: true);
        scene.Hub.CutAfter = 100_000;
        scene.Hub.Cuts = 1;

        await scene.SnapshotAsync(ByMirror);

        AssertWhole();
        Assert.Equal([null, "bytes=100000-"], Asked(Large));
    }

    /// <summary>What the storage was asked for, as ranges.</summary>
    private IEnumerable<string?> Asked(string path)
        => scene.Hub.StorageRequests.Where(request => request.Method == "GET" && Uri.UnescapeDataString(request.Path) == "/" + path)
            .Select(request => request.Header("Range"));

    private static LocalResponse Redirect(int status, string location)
    {
        LocalResponse response = new(status, "Moved"u8.ToArray());
        response.Headers["Location"] = location;
        response.Headers["ETag"] = "\"the page that says so\"";
        return response;
    }

    private void RedirectToHub(int status, bool hasScheme, Action<LocalResponse>? alter = null, string? onlyFor = null)
        => mirror = new LocalServer(request =>
        {
            var response =
                Redirect(status, (hasScheme ? $"http://{scene.Hub.Address.Authority}" : $"//{scene.Hub.Address.Authority}") + request.Path);
            if (onlyFor is null || request.Path.EndsWith(onlyFor, StringComparison.Ordinal))
                alter?.Invoke(response);
            return response;
        });

    private void AssertWhole()
    {
        Assert.Contains(Large, scene.Snapshot());
        Assert.All(scene.Snapshot(), path =>
            Assert.Equal(scene.Hub.Files[path], File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, path))));
        Assert.Empty(Directory.EnumerateFiles(scene.RepoFolder, "*.incomplete", SearchOption.AllDirectories));
    }

    private void AssertBlobsAreHashes() => Assert.All(scene.Snapshot(), path => Assert.True(File.Exists(scene.BlobPath(path))));

    private sealed class Recorder : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> All { get; } = [];

        public void Report(DownloadProgress value) => All.Add(value);
    }
}
