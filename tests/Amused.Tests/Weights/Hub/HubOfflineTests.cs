using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubOfflineTests : IDisposable
{
    private static readonly string[] Unneeded =
        ["README.md", ".gitattributes", "transformer/diffusion_pytorch_model.bin", "text_encoder/pytorch_model.bin"];

    private readonly HubScene scene = new();

    public HubOfflineTests() => scene.Hub.WithPipeline("");

    public void Dispose() => scene.Dispose();

    private IEnumerable<string> Needed => scene.Hub.Files.Keys.Except(Unneeded);

    [Theory]
    [InlineData("HF_HUB_OFFLINE", "1")]
    [InlineData("HF_HUB_OFFLINE", "true")]
    [InlineData("TRANSFORMERS_OFFLINE", "yes")]
    public async Task A_copy_that_python_fetched_is_used_without_a_network(string variable, string value)
    {
        scene.LayOutAsPython(scene.Hub.Files.Keys);
        scene.Environment[variable] = value;

        Assert.Equal(scene.SnapshotFolder, await scene.SnapshotAsync());

        Assert.Empty(scene.Hub.HubRequests);
    }

    [Fact]
    public async Task A_copy_that_python_fetched_is_used_as_it_is_with_a_network()
    {
        scene.LayOutAsPython(Needed);
        var before = Directory.GetFileSystemEntries(scene.CacheFolder, "*", SearchOption.AllDirectories).Order().ToArray();

        Assert.Equal(scene.SnapshotFolder, await scene.SnapshotAsync());

        Assert.Single(scene.Hub.HubRequests);
        Assert.Equal(before, Directory.GetFileSystemEntries(scene.CacheFolder, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task Only_what_python_left_out_is_fetched()
    {
        scene.LayOutAsPython(Needed.Where(p => !p.StartsWith("vqvae/", StringComparison.Ordinal)));

        await scene.SnapshotAsync();

        Assert.Equal(
            ["vqvae/config.json", "vqvae/diffusion_pytorch_model.safetensors"],
            scene.Hub.HubRequests.Where(r => r.Method == "HEAD").Select(r => r.Path[$"/{FakeHub.Id}/resolve/{FakeHub.Commit}/".Length..])
                .Order());
    }

    [Fact]
    public async Task A_blob_of_another_commit_is_linked_and_not_fetched()
    {
        scene.LayOutAsPython(Needed);
        Directory.Move(scene.SnapshotFolder, Path.Combine(scene.RepoFolder, "snapshots", new string('f', 40)));

        await scene.SnapshotAsync();

        Assert.Empty(scene.Hub.Downloads);
        Assert.Equal(Needed.Order(StringComparer.Ordinal), scene.Snapshot());
    }

    [Fact]
    public async Task A_link_whose_blob_is_gone_is_mended()
    {
        const string path = "vqvae/config.json";
        scene.LayOutAsPython(Needed);
        File.Delete(scene.BlobPath(path));
        Assert.Contains($"no {path}", await scene.RefusalAsync(scene.Options with { Offline = true }), StringComparison.Ordinal);

        await scene.SnapshotAsync();

        Assert.Equal(scene.Hub.Files[path], File.ReadAllBytes(Path.Combine(scene.SnapshotFolder, path)));
    }

    [Fact]
    public async Task Offline_without_a_copy_says_what_to_run()
    {
        var message = await scene.RefusalAsync(scene.Options with { Offline = true, Variant = "fp16" });
        Assert.Contains(
            $"of amused/tiny (main) the cache {scene.CacheFolder} has nothing of it: run `HF_HUB_OFFLINE=0 amused pull amused/tiny "
            + "--variant fp16`", message, StringComparison.Ordinal);
        Assert.Empty(scene.Hub.HubRequests);
    }

    [Theory]
    [InlineData("vqvae/diffusion_pytorch_model.safetensors", "no plain vqvae weights")]
    [InlineData("tokenizer/merges.txt", "no tokenizer")]
    [InlineData("transformer/config.json", "no transformer/config.json")]
    public async Task Offline_with_half_a_copy_says_what_is_missing(string missing, string expected)
    {
        scene.LayOutAsPython(Needed.Where(p => p != missing));
        Assert.Contains(expected, await scene.RefusalAsync(scene.Options with { Offline = true }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_a_missing_shard_is_noticed()
    {
        scene.Hub.Files.Remove("transformer/diffusion_pytorch_model.safetensors");
        scene.Hub.Add("transformer/diffusion_pytorch_model.safetensors.index.json",
            """{"weight_map":{"a":"diffusion_pytorch_model-00001-of-00002.safetensors","b":"diffusion_pytorch_model-00002-of-00002.safetensors"}}""")
            .AddRandom("transformer/diffusion_pytorch_model-00001-of-00002.safetensors", 700);
        scene.LayOutAsPython(Needed);
        Assert.Contains("no transformer/diffusion_pytorch_model-00002-of-00002.safetensors",
            await scene.RefusalAsync(scene.Options with { Offline = true }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, null)]
    [InlineData(429, null)]
    [InlineData(401, null)]
    [InlineData(404, "RepoNotFound")]
    public async Task A_hub_that_answers_badly_is_stood_in_for_by_the_cached_copy(int status, string? code)
    {
        scene.LayOutAsPython(Needed);
        scene.Hub.Override = _ => FakeHub.Status(status, code);

        Assert.Equal(scene.SnapshotFolder, await scene.SnapshotAsync());

        Assert.Contains($"the cached copy of amused/tiny ({FakeHub.Commit}) is used", Assert.Single(scene.Notices),
            StringComparison.Ordinal);
        Assert.Single(scene.Hub.HubRequests);
    }

    [Fact]
    public async Task A_hub_out_of_reach_is_stood_in_for_by_the_cached_copy()
    {
        scene.LayOutAsPython(Needed);
        Assert.Equal(scene.SnapshotFolder, await scene.SnapshotAsync(scene.Options with { Endpoint = new Uri("http://127.0.0.1:9") }));
        Assert.Contains("127.0.0.1:9 can't be reached", Assert.Single(scene.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_that_the_hub_has_no_more_is_an_error_even_with_a_cached_copy()
    {
        scene.LayOutAsPython(Needed);
        scene.Hub.Override = _ => FakeHub.Status(404, "RevisionNotFound");
        Assert.Contains("has no revision \"main\"", await scene.RefusalAsync(), StringComparison.Ordinal);
    }
}
