using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Checkpoints;

public sealed class StartingModelTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public StartingModelTests() => Runtime.TorchRuntime.EnsureLoaded();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_new_run_makes_its_own_model_where_one_lies_that_ended_before_its_first_checkpoint()
    {
        var (old, now) = (Config("run", seed: 1), Config("run", seed: 2));
        var before = Weights(old, isResumed: false);
        var after = Weights(now, isResumed: false);
        Assert.NotEqual(before, after);
        Assert.Equal(Weights(Config("elsewhere", seed: 2), isResumed: false), after);
        Assert.Equal([Path.Combine(now.Output, StartingModel.InitialName)], Directory.GetFileSystemEntries(now.Output));
    }

    [Fact]
    public void A_resumed_run_finds_the_model_that_it_started_from()
    {
        var before = Weights(Config("run", seed: 1), isResumed: false);
        Assert.Equal(before, Weights(Config("run", seed: 2), isResumed: true));
    }

    [Fact]
    public void A_new_model_has_the_sizes_of_the_VQGAN_that_it_is_given()
    {
        // The sizes' own VQGAN has 64 codes; without one, it is the published one, of 8192.
        var made = Path.Combine(StartingModel.Locate(Config("first", seed: 1), isResumed: false, CancellationToken.None), "vqvae");
        var settings = tiny.FromNothing();
        var sizes = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(settings.Config!))!.AsObject();
        sizes.Remove("vqvae");
        File.WriteAllText(tiny.PathOf("without.json"), sizes.ToJsonString());
        var config = tiny.Config("second") with { Model = settings with { Config = tiny.PathOf("without.json") } };
        Assert.Contains("8192 codes", Assert.Throws<BrokenInputException>(() => StartingModel.Locate(config, false, CancellationToken.None)).Message);
        var folder = StartingModel.Locate(config with { Model = config.Model with { Vqvae = made } }, isResumed: false, CancellationToken.None);
        foreach (var file in Directory.EnumerateFiles(made))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder, "vqvae", Path.GetFileName(file))));
    }

    private TrainingConfig Config(string output, long seed) => tiny.Config(output) with { Model = tiny.FromNothing(), Seed = seed };

    private static byte[] Weights(TrainingConfig config, bool isResumed) =>
        File.ReadAllBytes(Path.Combine(StartingModel.Locate(config, isResumed, CancellationToken.None), "transformer", "diffusion_pytorch_model.safetensors"));
}
