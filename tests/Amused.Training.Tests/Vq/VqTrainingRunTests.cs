using System.Text.Json.Nodes;
using Amused.Training.Vq;
using Amused.Vqgan;
using Xunit;

namespace Amused.Training.Tests.Vq;

public sealed class VqTrainingRunTests : IDisposable
{
    private const int Side = 16;

    private static readonly VqModelConfig Tiny = new()
    {
        BlockOutChannels = [8, 16], LayersPerBlock = 1, LatentChannels = 4, NumVqEmbeddings = 16, NormNumGroups = 4, MidBlockAddAttention = false, LookupFromCodebook = true,
    };

    private static readonly VqTrainingOptions Options = new()
    {
        Resolution = Side, ReviveAfter = 4, ClusterSamplesPerCode = 20, EmaDecay = 0.9, Seed = 3,
        Phases = VqTrainingOptions.DefaultPhases(cropSize: 8, cropSteps: 30, wholeSteps: 5, quantizedSteps: 15, batchSize: 8, learningRate: 3e-3),
    };

    private static readonly VqTrainingOptions Short = Options with { Phases = VqTrainingOptions.DefaultPhases(cropSize: 8, cropSteps: 7, wholeSteps: 0, quantizedSteps: 0) };

    private readonly string folder = Directory.CreateTempSubdirectory("amused-vq-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Reconstructions_get_better_and_codes_are_used_and_the_result_is_a_checkpoint_of_the_published_layout()
    {
        List<VqStepReport> steps = [];
        var result = Train("run", Options, run => run with { OnStep = steps.Add });

        Assert.Equal(new(50, IsFinished: true), result);
        Assert.True(steps[25..35].Average(step => step.Loss) < 0.7 * steps[..5].Average(step => step.Loss), "the loss did not fall");
        Assert.All(steps[..35], step => Assert.Null(step.Codebook));
        Assert.True(steps[^1].Codebook!.UsedCodes >= 8, $"{steps[^1].Codebook!.UsedCodes} codes are used");
        Assert.InRange(steps[^1].Codebook!.Perplexity, 3, 16);
        Assert.Equal(6, File.ReadAllLines(Path.Combine(folder, "run", "log.csv")).Length);

        using var network = VqNetwork.Load(Path.Combine(folder, "run"));
        Assert.Equal(Tiny.NumVqEmbeddings, network.Model.Config.NumVqEmbeddings);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run", "vqvae", "config.json")))!;
        Assert.Equal(["DownEncoderBlock2D", "DownEncoderBlock2D"], config["down_block_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Fact]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_same_weights_bit_for_bit()
    {
        var options = Options with { Discriminator = new() { StartStep = 40, Channels = 8, Layers = 1 } };
        Train("whole", options);

        // On crops; just before the codebook is made; with codes, discriminator and averages.
        foreach (var stop in (long[])[17, 35, 45])
        {
            using CancellationTokenSource stopping = new();
            var part = Train("parts", options, run => run with { Resumes = true, OnStep = step => { if (step.Step == stop) stopping.Cancel(); } }, stopping.Token);
            Assert.Equal(new(stop, IsFinished: false), part);
        }
        Assert.False(Directory.Exists(Path.Combine(folder, "parts", "vqvae")));
        Assert.True(Train("parts", options, run => run with { Resumes = true }).IsFinished);

        Assert.Equal(Weights("whole"), Weights("parts"));
        Assert.Equal(Steps("whole"), Steps("parts"));
    }

    [Fact]
    public void Only_the_last_checkpoints_are_kept_and_a_half_written_one_is_not_taken()
    {
        Train("run", Short, run => run with { SaveEvery = 2 });
        Assert.Equal(["checkpoint-00000004", "checkpoint-00000006"], Directory.GetDirectories(Path.Combine(folder, "run"), "checkpoint*").Select(Path.GetFileName).Order());

        Directory.CreateDirectory(Path.Combine(folder, "run", ".unfinished-checkpoint-00000007"));
        List<string> notices = [];
        Train("run", Short, run => run with { Resumes = true, Notice = notices.Add });
        Assert.Contains("goes on after step 6", notices);
    }

    [Fact]
    public void A_run_with_other_settings_is_not_resumed_and_the_settings_are_named()
    {
        var run = Train("run", Options, run => run with { TimeLimit = TimeSpan.Zero });
        Assert.False(run.IsFinished);
        var fault = Assert.Throws<InvalidRequestException>(() => Train("run", Options with { CommitmentWeight = 0.5 }, run => run with { Resumes = true }));
        Assert.Contains("options.commitment_weight 0.25, now 0.5", fault.Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(32)]
    public void Crops_that_the_model_cannot_take_are_refused(int crop)
    {
        var options = Options with { Phases = VqTrainingOptions.DefaultPhases(crop) };
        Assert.Contains($"crops of {crop} pixels", Assert.Throws<InvalidRequestException>(() => Train("run", options)).Message);
    }

    [Fact]
    public void A_plans_unknown_key_is_named()
    {
        var path = Path.Combine(folder, "plan.json");
        File.WriteAllText(path, """{ "resolution": 64, "phases": [{ "name": "all", "steps": 5, "quantizes": true, "curve": "linear" }], "reconstruction": { "scales": 2 } }""");
        var plan = VqTrainingOptions.Read(path);
        Assert.Equal((64, 5, 2), (plan.Resolution, plan.TotalSteps, plan.Reconstruction.Scales));

        File.WriteAllText(path, """{ "resolutoin": 64 }""");
        Assert.Contains("'resolutoin'", Assert.Throws<BrokenInputException>(() => VqTrainingOptions.Read(path)).Message.Replace('"', '\''));
    }

    private VqRunResult Train(string name, VqTrainingOptions options, Func<VqRunOptions, VqRunOptions>? change = null, CancellationToken cancellation = default)
    {
        using var network = VqNetwork.Create(Tiny, options.Seed);
        VqRunOptions run = new() { OutputFolder = Path.Combine(folder, name), SaveEvery = 1000 };
        return VqTrainingRun.Execute(network, ToyPictures.Source(40, Side), options, change?.Invoke(run) ?? run, cancellation);
    }

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(folder, name, "vqvae", "diffusion_pytorch_model.safetensors"));

    // All but the last column, which is the time.
    private string[] Steps(string name) => [.. File.ReadAllLines(Path.Combine(folder, name, "log.csv")).Select(line => line[..line.LastIndexOf(',')])];
}
