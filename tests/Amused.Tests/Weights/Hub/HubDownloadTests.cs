using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubDownloadTests : IDisposable
{
    private readonly HubScene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public async Task A_pipeline_is_laid_out_as_the_python_client_lays_it_out()
    {
        scene.Hub.WithPipeline("", "fp16");

        var folder = await scene.SnapshotAsync();

        Assert.Equal(scene.SnapshotFolder, folder);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(scene.RepoFolder, "refs", "main")));
        foreach (var path in scene.Snapshot())
        {
            var content = scene.Hub.Files[path];
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, path)));
            var depth = path.Split('/').Length + 1;
            var link = string.Concat(Enumerable.Repeat("../", depth)) + "blobs/" + FakeHub.ETag(path, content);
            Assert.Equal(link, new FileInfo(Path.Combine(folder, path)).LinkTarget);
        }
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", File.ReadAllText(Path.Combine(scene.CacheFolder, "CACHEDIR.TAG")),
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(scene.RepoFolder, "*.incomplete", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Only_what_a_pipeline_needs_is_fetched()
    {
        scene.Hub.WithPipeline("", "fp16").Add("generation_config.json", "{}").Add("words.json", "{ }")
            .AddRandom("pytorch_lora_weights.safetensors", 100);

        await scene.SnapshotAsync(scene.Options with { Variant = "fp16" });

        Assert.Equal(
            ["generation_config.json", "model_index.json", "scheduler/scheduler_config.json",
                "text_encoder/config.json", "text_encoder/model.fp16.safetensors",
                "tokenizer/merges.txt", "tokenizer/special_tokens_map.json", "tokenizer/tokenizer_config.json", "tokenizer/vocab.json",
                "transformer/config.json", "transformer/diffusion_pytorch_model.fp16.safetensors",
                "vqvae/config.json", "vqvae/diffusion_pytorch_model.fp16.safetensors", "words.json"],
            scene.Snapshot());
        Assert.Equal(scene.Snapshot().Length, Directory.GetFiles(Path.Combine(scene.RepoFolder, "blobs")).Length);
    }

    [Fact]
    public async Task A_second_call_asks_for_the_listing_alone()
    {
        scene.Hub.WithPipeline("");
        await scene.SnapshotAsync();
        var before = scene.Hub.HubRequests.Count();

        await scene.SnapshotAsync();

        Assert.Equal("/api/models/amused/tiny/revision/main", Assert.Single(scene.Hub.HubRequests.Skip(before)).Path);
    }

    [Fact]
    public async Task A_cached_commit_needs_no_network()
    {
        scene.Hub.WithPipeline("");
        await scene.SnapshotAsync();
        var before = scene.Hub.HubRequests.Count();

        var folder = await scene.SnapshotAsync(scene.Options with { Revision = FakeHub.Commit });

        Assert.Equal(scene.SnapshotFolder, folder);
        Assert.Equal(before, scene.Hub.HubRequests.Count());
    }

    [Fact]
    public async Task A_revision_with_slashes_is_asked_for_whole_and_noted_as_python_notes_it()
    {
        scene.Hub.WithPipeline("");

        await scene.SnapshotAsync(scene.Options with { Revision = "refs/pr/1" });

        Assert.Contains(scene.Hub.HubRequests, r => r.Path == "/api/models/amused/tiny/revision/refs%2Fpr%2F1");
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(scene.RepoFolder, "refs", "refs", "pr", "1")));
    }

    [Fact]
    public async Task A_variant_fetched_later_joins_the_same_snapshot()
    {
        scene.Hub.WithPipeline("", "fp16");
        await scene.SnapshotAsync();
        var before = scene.Hub.Downloads.Count();

        await scene.SnapshotAsync(scene.Options with { Variant = "fp16" });

        Assert.Contains("vqvae/diffusion_pytorch_model.fp16.safetensors", scene.Snapshot());
        Assert.Contains("vqvae/diffusion_pytorch_model.safetensors", scene.Snapshot());
        Assert.All(scene.Hub.Downloads.Skip(before), r => Assert.Contains("safetensors", r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_never_to_the_storage_that_it_redirects_to()
    {
        scene.Hub.WithPipeline("");

        await scene.SnapshotAsync(scene.Options with { Token = "hf_secret" });

        Assert.NotEmpty(scene.Hub.StorageRequests);
        Assert.All(scene.Hub.HubRequests, r => Assert.Equal("Bearer hf_secret", r.Header("Authorization")));
        Assert.All(scene.Hub.StorageRequests, r => Assert.Null(r.Header("Authorization")));
    }

    [Fact]
    public async Task The_token_stays_on_a_redirect_within_the_hub()
    {
        // A renamed model: the old name answers with a redirect without a host.
        scene.Hub.WithPipeline("");
        scene.Hub.Override = request =>
        {
            if (!request.Path.Contains("/resolve/", StringComparison.Ordinal)
                || request.Path.StartsWith("/moved", StringComparison.Ordinal))
                return null;
            var moved = new LocalResponse(307, []);
            moved.Headers["Location"] = request.Path + "?moved=1";
            return request.Header("Authorization") is null
                ? FakeHub.Status(401)
                : request.Path.EndsWith("?moved=1", StringComparison.Ordinal) ? null : moved;
        };
        scene.Hub.Listed = ["tokenizer/vocab.json", "tokenizer/merges.txt"];

        await scene.SnapshotAsync(scene.Options with { Token = "hf_secret", Content = HubContent.Tokenizer });

        Assert.Equal(["tokenizer/merges.txt", "tokenizer/vocab.json"], scene.Snapshot());
    }

    [Fact]
    public async Task Files_are_asked_for_without_compression()
    {
        scene.Hub.WithPipeline("");
        await scene.SnapshotAsync();
        Assert.All(scene.Hub.HubRequests.Concat(scene.Hub.StorageRequests), r => Assert.Equal("identity", r.Header("Accept-Encoding")));
    }

    [Fact]
    public async Task Progress_ends_with_every_byte_and_every_file()
    {
        scene.Hub.WithPipeline("");
        var news = new Recorder();

        await scene.SnapshotAsync(scene.Options with { Progress = news });

        var last = news.All[^1];
        Assert.Equal(last.FilesTotal, last.FilesDone);
        Assert.Equal(last.BytesTotal, last.BytesDone);
        Assert.Equal(scene.Snapshot().Where(p => p != "model_index.json").Sum(p => (long)scene.Hub.Files[p].Length), last.BytesTotal);
        Assert.All(news.All, n => Assert.InRange(n.FileBytesDone, 0, n.FileBytesTotal));
    }

    [Fact]
    public async Task A_bare_tokenizer_is_a_model_too()
    {
        scene.Hub.Add("vocab.json", "{}").Add("merges.txt", "#version: 0.2").Add("tokenizer_config.json", "{}").Add("config.json", "{}")
            .Add("README.md", "hello");

        await scene.SnapshotAsync();

        Assert.Equal(["config.json", "merges.txt", "tokenizer_config.json", "vocab.json"], scene.Snapshot());
    }

    [Fact]
    public async Task A_single_network_at_the_root_is_a_model_too()
    {
        scene.Hub.Add("config.json", "{}").AddRandom("diffusion_pytorch_model.safetensors", 500)
            .AddRandom("diffusion_pytorch_model.bin", 500);

        await scene.SnapshotAsync();

        Assert.Equal(["config.json", "diffusion_pytorch_model.safetensors"], scene.Snapshot());
    }

    [Fact]
    public async Task The_tokenizer_alone_costs_no_weights()
    {
        scene.Hub.WithPipeline("");
        await scene.SnapshotAsync(scene.Options with { Content = HubContent.Tokenizer });
        Assert.All(scene.Snapshot().Where(p => p != "model_index.json"), p => Assert.StartsWith("tokenizer/", p, StringComparison.Ordinal));
        Assert.Contains("tokenizer/vocab.json", scene.Snapshot());
    }

    [Fact]
    public async Task Shards_come_with_their_index()
    {
        scene.Hub.WithPipeline("").Files.Remove("transformer/diffusion_pytorch_model.safetensors");
        scene.Hub.Add("transformer/diffusion_pytorch_model.safetensors.index.json",
            """{"weight_map":{"a":"diffusion_pytorch_model-00001-of-00002.safetensors","b":"diffusion_pytorch_model-00002-of-00002.safetensors"}}""")
            .AddRandom("transformer/diffusion_pytorch_model-00001-of-00002.safetensors", 700)
            .AddRandom("transformer/diffusion_pytorch_model-00002-of-00002.safetensors", 701);

        await scene.SnapshotAsync();

        Assert.Equal(2, scene.Snapshot().Count(p => p.Contains("-of-00002", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_shard_that_the_index_names_and_nobody_has_is_named()
    {
        scene.Hub.WithPipeline("").Files.Remove("transformer/diffusion_pytorch_model.safetensors");
        scene.Hub.Add("transformer/diffusion_pytorch_model.safetensors.index.json",
            """{"weight_map":{"a":"diffusion_pytorch_model-00001-of-00002.safetensors","b":"diffusion_pytorch_model-00002-of-00002.safetensors"}}""")
            .AddRandom("transformer/diffusion_pytorch_model-00001-of-00002.safetensors", 700);

        Assert.Contains("no transformer/diffusion_pytorch_model-00002-of-00002.safetensors", await scene.RefusalAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_links_the_files_themselves_lie_in_the_snapshot()
    {
        scene.Hub.WithPipeline("");
        scene.Environment["HF_HUB_DISABLE_SYMLINKS"] = "1";

        var folder = await scene.SnapshotAsync();

        Assert.All(scene.Snapshot(), p => Assert.Null(new FileInfo(Path.Combine(folder, p)).LinkTarget));
        Assert.Equal(scene.Hub.Files["vqvae/config.json"], File.ReadAllBytes(Path.Combine(folder, "vqvae/config.json")));
        Assert.Equal(folder, await scene.SnapshotAsync(scene.Options with { Offline = true }));
    }

    [Fact]
    public async Task A_folder_of_that_name_comes_before_the_hub()
    {
        using var client = scene.Client();
        var here = Directory.CreateDirectory(Path.Combine(scene.CacheFolder, "amused", "tiny")).FullName;
        Assert.Equal(here, await client.LocateAsync(here, scene.Options, TestContext.Current.CancellationToken));
        Assert.Empty(scene.Hub.HubRequests);
    }

    private sealed class Recorder : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> All { get; } = [];

        public void Report(DownloadProgress value) => All.Add(value);
    }
}
