using System.Text.Json.Nodes;
using Amused.Images;
using Amused.Training.Tests.Logging;
using Amused.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests;

[Collection(nameof(BitForBit))]
public sealed class VqTrainerTests : IDisposable
{
    private const int Side = 16;

    private readonly string folder = Directory.CreateTempSubdirectory("amused-vq-").FullName;

    public VqTrainerTests() => File.WriteAllText(PathOf("vq.json"), """
        {"block_out_channels": [8, 16], "layers_per_block": 1, "latent_channels": 4, "num_vq_embeddings": 16, "norm_num_groups": 4,
         "mid_block_add_attention": false, "lookup_from_codebook": true}
        """);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Reconstructions_get_better_and_codes_are_used_and_the_result_is_a_checkpoint_of_the_published_layout()
    {
        List<VqStepReport> steps = [];
        List<VqEvaluation> judgements = [];
        List<string> notices = [];
        var config = Config("run");
        var result = Train(config, new() { OnStep = steps.Add, OnValidation = judgements.Add, Notice = notices.Add });

        Assert.Equal((TrainingEnd.Complete, 50L), (result.End, result.Step));
        Assert.Equal(["crops", "whole", "quantized"], steps.Select(step => step.Phase).Distinct());
        Assert.All(steps[..35], step => Assert.Null(step.Codebook));
        Assert.StartsWith("codebook from clusters", Assert.Single(notices));
        Assert.True(steps[^1].Codebook!.UsedCodes >= 8, $"{steps[^1].Codebook!.UsedCodes} codes are used");
        Assert.InRange(steps[^1].Codebook!.Perplexity, 3, 16);

        Assert.Equal([20, 30, 35, 40, 50], judgements.Select(one => one.Step));
        Assert.True(judgements[^1].Psnr > judgements[0].Psnr + 1, $"{judgements[0].Psnr} dB, then {judgements[^1].Psnr}");
        Assert.Equal([false, false, false, true, true], judgements.Select(one => one.QuantizedPsnr is not null));
        Assert.Equal(2 * Side + 3 * ImageGrid.Gap, RgbImage.Load(judgements[^1].Path).Height);

        using var network = VqNetwork.Load(config.Output);
        Assert.Equal(16, network.Model.Config.NumVqEmbeddings);
        var sizes = JsonNode.Parse(File.ReadAllText(Path.Combine(config.Output, "vqvae", "config.json")))!;
        Assert.Equal(["DownEncoderBlock2D", "DownEncoderBlock2D"], sizes["down_block_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Theory]
    [InlineData(OptimizerKind.Muon)]
    [InlineData(OptimizerKind.AdamW)]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_same_weights_and_state_bit_for_bit(OptimizerKind optimizer)
    {
        var whole = Config("whole") with { Discriminator = new() { Enabled = true, StartStep = 40, Channels = 8, Layers = 1 }, Optimizer = optimizer };
        Train(whole);

        var parts = whole with { Output = PathOf("parts"), Checkpoints = new() { Every = 0, Resume = "latest" } };
        // On crops; just before the codebook is made; with codes, discriminator and averages.
        foreach (var stop in (long[])[17, 35, 45])
        {
            using CancellationTokenSource stopping = new();
            var part = Train(parts, new() { OnStep = step => { if (step.Step == stop) stopping.Cancel(); } }, stopping.Token);
            Assert.Equal((TrainingEnd.Cancelled, stop), (part.End, part.Step));
        }
        Assert.False(Directory.Exists(Path.Combine(parts.Output, "vqvae")));
        Assert.Equal(TrainingEnd.Complete, Train(parts).End);

        foreach (var file in (string[])["vqvae/diffusion_pytorch_model.safetensors", "checkpoint-50/weights.safetensors", "checkpoint-50/state.safetensors", "checkpoint-50/progress.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Output, file)), File.ReadAllBytes(Path.Combine(parts.Output, file)));
    }

    [Fact]
    public void Each_checkpoint_has_a_VQGAN_that_can_be_used_and_settings_that_can_be_read()
    {
        var config = Config("run") with { Plan = new() { CropSteps = 6, WholeSteps = 0, QuantizedSteps = 0, CropSize = 8 }, Checkpoints = new() { Every = 2 } };
        Train(config);
        Assert.Equal(["checkpoint-4", "checkpoint-6"], Directory.GetDirectories(config.Output, "checkpoint*").Select(Path.GetFileName).Order());
        Assert.Equal(config.ToJson().ToJsonString(), VqTrainingConfig.Read(Path.Combine(config.Output, "checkpoint-6", "training.json")).ToJson().ToJsonString());
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(config.Output, "vqvae", "diffusion_pytorch_model.safetensors")),
            File.ReadAllBytes(Path.Combine(config.Output, "checkpoint-6", "vqvae", "diffusion_pytorch_model.safetensors")));
    }

    [Fact]
    public void A_run_stops_when_its_time_is_over_and_saves()
    {
        ManualClock clock = new();
        var config = Config("run") with { Checkpoints = new() { Every = 0, TimeLimit = 60 } };
        var result = Train(config, new() { Clock = clock, OnStep = _ => clock.Advance(25) });
        Assert.Equal((TrainingEnd.TimeOver, 3L), (result.End, result.Step));
        Assert.True(Directory.Exists(Path.Combine(config.Output, "checkpoint-3")));
    }

    [Fact]
    public void A_run_with_other_settings_is_not_resumed_and_the_settings_are_named()
    {
        var config = Config("run") with { Plan = new() { CropSteps = 1, WholeSteps = 0, QuantizedSteps = 0, CropSize = 8 } };
        Train(config);
        var again = config with { CommitmentWeight = 0.5, Checkpoints = new() { Resume = "latest" } };
        Assert.Contains("commitment_weight is 0.5 instead of 0.25", Assert.Throws<InvalidRequestException>(() => VqTrainer.Create(again)).Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(32)]
    public void Crops_that_the_model_cannot_take_are_refused(int crop)
    {
        var config = Config("run") with { Plan = new() { CropSize = crop } };
        Assert.Contains($"crops of {crop} pixels", Assert.Throws<InvalidRequestException>(() => VqTrainer.Create(config)).Message);
    }

    [Fact]
    public void A_trained_model_keeps_its_codes_unless_it_is_trained_without_them_first()
    {
        var config = Config("run") with { Plan = new() { CropSteps = 0, WholeSteps = 0, QuantizedSteps = 2, BatchSize = 4 } };
        Train(config);
        List<string> notices = [];
        var further = config with { Output = PathOf("further"), Model = new() { Name = config.Output } };
        Train(further, new() { Notice = notices.Add });
        Assert.Empty(notices);
        Train(further with { Output = PathOf("anew"), Plan = config.Plan with { WholeSteps = 1 } }, new() { Notice = notices.Add });
        Assert.StartsWith("codebook from clusters", Assert.Single(notices));
    }

    [Fact]
    public void The_decoder_alone_gets_better_while_encoder_and_codes_stay_as_they_are()
    {
        var config = Config("run") with { Plan = new() { CropSteps = 0, WholeSteps = 0, QuantizedSteps = 2, BatchSize = 4 } };
        Train(config);
        List<VqStepReport> steps = [];
        var further = config with
        {
            Output = PathOf("further"), Model = new() { Name = config.Output }, DecoderOnly = true, ReviveAfter = 2, Plan = config.Plan with { QuantizedSteps = 30 }, Ema = new() { Enabled = true },
        };
        Train(further, new() { OnStep = steps.Add });

        using var before = VqNetwork.Load(config.Output);
        using var after = VqNetwork.Load(further.Output);
        foreach (var (name, weight) in before.Parameters)
            Assert.Equal(name.StartsWith("decoder.") || name.StartsWith("post_quant_conv."), !weight.eq(after.Parameters[name]).all().item<bool>());
        Assert.True(steps[^1].ReconstructionLoss < steps[0].ReconstructionLoss, $"{steps[0].ReconstructionLoss}, then {steps[^1].ReconstructionLoss}");
    }

    [Fact]
    public void More_codes_outlast_a_paste_when_that_is_trained_and_their_share_is_told()
    {
        List<VqStepReport> start = [], without = [], with = [];
        var config = Config("start") with { Plan = new() { CropSteps = 0, WholeSteps = 40, QuantizedSteps = 10, BatchSize = 8 } };
        Train(config, new() { OnStep = start.Add });
        var further = config with { Output = PathOf("without"), Model = new() { Name = config.Output }, Plan = config.Plan with { WholeSteps = 0, QuantizedSteps = 40 }, LocalityWeight = 1e-9 };
        Train(further, new() { OnStep = without.Add });
        Train(further with { Output = PathOf("with"), LocalityWeight = 1 }, new() { OnStep = with.Add });
        Assert.All(start, step => Assert.Null(step.KeptCodes));
        var (less, more) = (without[^15..].Average(step => step.KeptCodes!.Value), with[^15..].Average(step => step.KeptCodes!.Value));
        Assert.True(more > less, $"{less}, and {more} when trained");
    }

    [Theory]
    [InlineData(null, 0, 0, "model.name")]
    [InlineData("run", 1, 0, "plan.crop_steps")]
    [InlineData("run", 0, 0.1, "locality_weight")]
    public void Training_the_decoder_alone_needs_codes_and_leaves_the_encoder_alone(string? model, int cropSteps, double locality, string named)
    {
        var config = Config("further") with { DecoderOnly = true, LocalityWeight = locality, Plan = new() { CropSteps = cropSteps, WholeSteps = 0, QuantizedSteps = 1, CropSize = 8 } };
        if (model is not null)
            config = config with { Model = new() { Name = PathOf(model) } };
        Assert.Contains(named, Assert.Throws<InvalidRequestException>(() => VqTrainer.Create(config)).Message);
    }

    [Fact]
    public void Pictures_are_reconstructed_as_the_held_out_ones_are()
    {
        var config = Config("run") with { Plan = new() { CropSteps = 3, WholeSteps = 0, QuantizedSteps = 0, CropSize = 8 }, Validation = new() { Images = 1 } };
        using var trainer = VqTrainer.Create(config);
        double psnr = 0;
        trainer.Run(ToyPictures.Source(40, Side), ToyPictures.Source(1, Side, first: 100), new() { OnValidation = result => psnr = result.Psnr });

        using var scope = NewDisposeScope();
        var pixels = new ExampleBatch([new("", "", ToyPictures.Draw(100, Side), default!)], default).ToPixels();
        var error = (trainer.Reconstruct(pixels, quantize: false) - pixels).square().mean().item<float>();
        Assert.Equal(-10 * Math.Log10(error), psnr, 1e-3);
    }

    [Fact]
    public void What_masks_show_is_reconstructed_better_the_less_the_background_counts()
    {
        double[] ratios = [.. new[] { 1, 0.01 }.Select(weight =>
        {
            // Without codes, which a step's rounding can throw elsewhere; the seed that shows the most.
            var config = Config($"weight {weight}") with { BackgroundWeight = weight, Seed = 4 };
            config = config with { Plan = config.Plan with { WholeSteps = 20, QuantizedSteps = 0 } };
            using var trainer = VqTrainer.Create(config);
            trainer.Run(ToyPictures.WithMasks(40, Side));
            using var scope = NewDisposeScope();
            var pixels = new ExampleBatch([.. Enumerable.Range(0, 20).Select(i => new TrainingExample("", "", ToyPictures.Draw(i, Side), default!))], default).ToPixels();
            var error = (trainer.Reconstruct(pixels, quantize: false) - pixels).square();
            return error.narrow(3, 0, Side / 2).mean().item<float>() / error.narrow(3, Side / 2, Side / 2).mean().item<float>();
        })];
        Assert.True(ratios[1] < 0.8 * ratios[0], string.Join(" and ", ratios));
    }

    [Fact]
    public void Masks_that_are_asked_for_and_missing_are_spoken_of()
    {
        List<string> notices = [];
        Train(Config("run") with { BackgroundWeight = 0.1, Plan = new() { CropSteps = 1, WholeSteps = 0, QuantizedSteps = 0, CropSize = 8 } }, new() { Notice = notices.Add });
        Assert.Contains("have no masks", Assert.Single(notices));
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private VqTrainingConfig Config(string run) => new()
    {
        Model = new() { Config = PathOf("vq.json") },
        Data = new() { Resolution = Side },
        Plan = new() { CropSize = 8, CropSteps = 30, WholeSteps = 5, QuantizedSteps = 15, BatchSize = 8, LearningRate = 3e-3 },
        ReviveAfter = 4, ClusterSamplesPerCode = 20, Ema = new() { Enabled = true, Decay = 0.9 }, Seed = 3,
        Validation = new() { Share = 0.1, Images = 4, Shown = 2, Every = 20 },
        Checkpoints = new() { Every = 0 },
        Output = PathOf(run),
    };

    private static TrainingResult Train(VqTrainingConfig config, VqTrainingHooks? hooks = null, CancellationToken cancellation = default)
    {
        using var trainer = VqTrainer.Create(config);
        return trainer.Run(ToyPictures.Source(40, Side), hooks: hooks, cancellation: cancellation);
    }
}
