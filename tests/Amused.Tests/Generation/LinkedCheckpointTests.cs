using Amused.Runtime;
using Amused.Sampling;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests;

/// <summary>Checkpoints whose files are links, as in every hub cache: whatever leads to the files, they are the same model.</summary>
[Collection(nameof(MemoryTests.Alone))]
public sealed class LinkedCheckpointTests : IDisposable
{
    private const string Id = "amused/amused-256";

    /// <summary>The ways by which a model's files are reached: from the served folder, what is to be loaded.</summary>
    private static readonly Dictionary<string, Func<LinkedCheckpointTests, string?, string>> Ways = new()
    {
        ["a hub cache"] = (test, variant) => test.Pull(variant),
        ["a link to a hub's snapshot"] = (test, variant) => LinkTo(test.Pull(variant), test.folder["linked snapshot"]),
        ["a folder of links"] = (test, _) => test.FolderOfLinks(),
        ["a link to the folder"] = (test, _) => LinkTo(test.Source, test.folder["linked"]),
    };

    private readonly TemporaryFolder folder = new();
    private readonly FakeHub hub = new();

    public static TheoryData<string> Layouts => [.. PublishedLayouts.Names];

    public static TheoryData<string, Precision> WaysAndPrecisions
    {
        get
        {
            TheoryData<string, Precision> data = [];
            foreach (var way in Ways.Keys)
                foreach (var precision in new[] { Precision.Float32, Precision.BFloat16, Precision.Int8 })
                    data.Add(way, precision);
            return data;
        }
    }

    private string Source => folder["source"];

    private HubOptions Options => new() { Endpoint = hub.Address, CacheFolder = folder["cache"] };

    public void Dispose()
    {
        hub.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_published_form_loads_through_links(string layout)
    {
        var variant = PublishedLayouts.Make(layout, Source);
        var expected = Tokens(Source, Precision.Float32, variant);
        foreach (var way in Ways.Values)
            Assert.Equal(expected, Tokens(way(this, variant), Precision.Float32, variant));
    }

    [Theory]
    [MemberData(nameof(WaysAndPrecisions))]
    public void Every_precision_loads_through_links(string way, Precision precision)
    {
        PublishedLayouts.Copy(TinyPipeline.Folder256, Source);
        Assert.Equal(Tokens(Source, precision), Tokens(Ways[way](this, null), precision));
    }

    [Fact]
    public void A_models_id_loads_it_from_the_hub_and_then_from_the_cache()
    {
        PublishedLayouts.Copy(TinyPipeline.Folder256, Source);
        hub.WithFolder(Id, Source);
        var expected = Tokens(Source, Precision.Float32);
        foreach (var offline in new[] { false, true })
        {
            using var pipeline =
                AmusedPipeline.FromPretrained(Id, new() { Precision = Precision.Float32, Hub = Options with { Offline = offline } });
            Assert.Equal(expected, pipeline.Tokens(Request()));
        }
    }

    [Theory]
    [InlineData("a folder of links")]
    [InlineData("a link to the folder")]
    public void Pickled_weights_are_refused_with_the_reason(string way)
    {
        PublishedLayouts.Copy(TinyPipeline.Folder256, Source);
        File.Move($"{Source}/vqvae/diffusion_pytorch_model.safetensors", $"{Source}/vqvae/diffusion_pytorch_model.bin");
        var message = Assert.Throws<BrokenInputException>(() => Tokens(Ways[way](this, null), Precision.Float32)).Message;
        Assert.Contains("\"diffusion_pytorch_model.bin\" only, a format that can hide programs and is not read", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pickled_weights_on_the_hub_are_refused_with_the_reason()
    {
        PublishedLayouts.Copy(TinyPipeline.Folder256, Source);
        File.Move($"{Source}/vqvae/diffusion_pytorch_model.safetensors", $"{Source}/vqvae/diffusion_pytorch_model.bin");
        var message = Assert.Throws<BrokenInputException>(() => Pull(null)).Message;
        Assert.Contains("no plain vqvae weights as safetensors, only diffusion_pytorch_model.bin, a format that can hide programs",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_may_be_saved_over_the_folder_of_links_that_it_was_loaded_from()
    {
        PublishedLayouts.Copy(TinyPipeline.Folder256, Source);
        var expected = Tokens(Source, Precision.Float32);
        var before = File.ReadAllBytes($"{Source}/vqvae/diffusion_pytorch_model.safetensors");
        using (var pipeline = TinyPipeline.Load(FolderOfLinks()))
            pipeline.Save(folder["links"]);
        Assert.Equal(expected, Tokens(folder["links"], Precision.Float32));
        Assert.Equal(before, File.ReadAllBytes($"{Source}/vqvae/diffusion_pytorch_model.safetensors"));
    }

    /// <summary>The published sizes: 3.5 GB of random weights, which are served, kept in the cache once more, and loaded.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void A_full_size_checkpoint_comes_from_the_hub_and_draws_through_links_in_every_precision()
    {
        CheckpointInit.Create(Source, CheckpointConfig.Published256);
        var models = Ways.Values.Select(way => way(this, null)).ToList();
        foreach (var precision in new[] { Precision.Float32, Precision.BFloat16, Precision.Int8 })
        {
            var pictures = models.Select(model =>
            {
                using var pipeline = AmusedPipeline.FromPretrained(model, new() { Precision = precision });
                return pipeline.Generate(new TextToImageRequest("a house by the sea") { Seed = 1, Steps = 2 }).Images.Single();
            }).ToList();
            Assert.Equal((256, 256), (pictures[0].Picture.Width, pictures[0].Picture.Height));
            Assert.All(pictures, picture => Assert.Equal(pictures[0].Tokens, picture.Tokens));
        }
    }

    private static TextToImageRequest Request() => new("a dog") { Seed = 1, Steps = 3 };

    private static IReadOnlyList<TokenGrid> Tokens(string model, Precision precision, string? variant = null)
    {
        using var pipeline = AmusedPipeline.FromPretrained(model, new() { Precision = precision, Variant = variant });
        return pipeline.Tokens(Request());
    }

    private static string LinkTo(string target, string link)
    {
        Directory.CreateSymbolicLink(link, target);
        return link;
    }

    /// <summary>The snapshot in the cache, whose files are links.</summary>
    private string Pull(string? variant)
    {
        if (!Directory.Exists(folder["cache"]))
            hub.WithFolder(Id, Source);
        using HubClient client = new();
        var snapshot = client.SnapshotAsync(Id, Options with { Variant = variant }, TestContext.Current.CancellationToken).GetAwaiter()
            .GetResult();
        Assert.NotNull(new FileInfo(Path.Combine(snapshot, "model_index.json")).LinkTarget);
        return snapshot;
    }

    private string FolderOfLinks()
    {
        foreach (var path in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories))
        {
            var link = Path.Combine(folder["links"], Path.GetRelativePath(Source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, path);
        }
        return folder["links"];
    }
}
