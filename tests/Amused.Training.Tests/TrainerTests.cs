using Amused.Images;
using Amused.Runtime;
using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(TrainingMode.Full, TrainingMode.Frozen, 1e-3, 0.5)]
    [InlineData(TrainingMode.Lora, TrainingMode.Lora, 1e-2, 0.85)]
    [InlineData(TrainingMode.Full, TrainingMode.Full, 1e-3, 0.5)]
    public void The_loss_falls_on_a_few_pictures(TrainingMode transformer, TrainingMode text, double rate, double share)
    {
        var losses = TinyRun.Losses(tiny.Config() with
        {
            Transformer = TinyRun.Lora("to_q", "to_k", "to_v", "to_out.0") with { Mode = transformer },
            TextEncoder = TinyRun.Lora("q_proj", "k_proj", "v_proj") with { Mode = text },
            Optimizer = new() { LearningRate = rate },
            MaxSteps = 120,
            BatchSize = 4,
        });
        Assert.True(losses[^20..].Average() < share * losses[..20].Average(), $"{losses[..20].Average()} → {losses[^20..].Average()}");
    }

    [Theory]
    [InlineData(Precision.BFloat16, false)]
    [InlineData(Precision.BFloat16, true)]
    [InlineData(Precision.Float16, false)]
    public void Half_precisions_follow_the_losses_of_full_precision(Precision precision, bool isLora)
    {
        var config = tiny.Config() with { MaxSteps = 8, Transformer = isLora ? TinyRun.Lora("to_q", "to_v") : new() { Mode = TrainingMode.Full } };
        var expected = TinyRun.Losses(config);
        var actual = TinyRun.Losses(config with { MixedPrecision = precision, Output = tiny.PathOf("half") });
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 0.1, pair.First + 0.1));
    }

    [Fact]
    public void Accumulated_batches_give_the_update_of_one_large_batch()
    {
        var large = tiny.Config("large") with { BatchSize = 4, MaxSteps = 1, Loss = new() { MinMaskingRate = 1 } };
        var small = large with { BatchSize = 2, GradientAccumulationSteps = 2, Output = tiny.PathOf("small") };
        TinyRun.Run(large);
        TinyRun.Run(small);
        Assert.True(LargestDifference(large, small, 1) < 1e-4);
    }

    [Fact]
    public void Recomputing_activations_changes_no_gradient()
    {
        var kept = tiny.Config("kept") with { MaxSteps = 3 };
        var recomputed = kept with { GradientCheckpointing = true, Output = tiny.PathOf("recomputed") };
        TinyRun.Run(kept);
        TinyRun.Run(recomputed);
        Assert.True(LargestDifference(kept, recomputed, 3) < 1e-5);
    }

    [Fact]
    public void Tokens_outside_of_a_pictures_mask_count_by_the_background_weight()
    {
        var config = tiny.Config() with { MaxSteps = 4, BatchSize = 1, Optimizer = new() { LearningRate = 1e-9 } };
        var plain = TinyRun.Losses(config);
        var runs = 0;
        // A mask that is all background weighs all tokens alike, and one of the left half does not.
        Assert.Equal(plain, Losses(0.25, _ => 0), Near);
        Assert.Equal(plain, Losses(0.25, _ => 255), Near);
        Assert.NotEqual(plain, Losses(0.25, x => x < 20 ? (byte)255 : (byte)0), Near);
        Assert.Equal(plain, Losses(1, x => x < 20 ? (byte)255 : (byte)0), Near);

        List<double> Losses(double weight, Func<int, byte> mask)
        {
            List<double> losses = [];
            using var trainer = Trainer.Create(config with { Loss = new() { BackgroundWeight = weight }, Output = tiny.PathOf($"masked-{runs++}") });
            var file = new RgbImage(40, 40, [.. Enumerable.Range(0, 40 * 40 * 3).Select(i => mask(i / 3 % 40))]).Encode(ImageFormat.Png);
            ListImageSource masked = new("masked", [.. TinyRun.Colours.ReadEpoch(new() { Shuffle = false }, default).Select(raw => new RawExample(raw.Name, raw.Captions, raw.ReadBytes, () => file))]);
            trainer.Run(masked, new() { OnStep = step => losses.Add(step.Loss) });
            return losses;
        }

        static bool Near(double first, double second) => Math.Abs(first - second) < 1e-5;
    }

    [Fact]
    public void A_caller_can_give_the_loss_and_hear_of_every_step()
    {
        List<StepReport> steps = [];
        using var trainer = Trainer.Create(tiny.Config() with { MaxSteps = 3 });
        var result = trainer.Run(TinyRun.Colours, new() { Loss = inputs => inputs.Logits.square().mean() * 0 + 7, OnStep = steps.Add });
        Assert.Equal([1L, 2, 3], steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(7, step.Loss, 5));
        Assert.Equal(new TrainingResult(TrainingEnd.Complete, 3, 7, 0), result);
    }

    [Fact]
    public void A_trained_lora_can_be_loaded_and_makes_the_trainers_pictures()
    {
        var config = tiny.Config() with { Transformer = TinyRun.Lora("to_q", "to_k", "to_v"), TextEncoder = TinyRun.Lora("q_proj"), Optimizer = new() { LearningRate = 1e-2 }, MaxSteps = 10 };
        var request = new TextToImageRequest("red") { Seed = 3, Steps = 4 };
        using var trainer = Trainer.Create(config);
        trainer.Run(TinyRun.Colours);
        var expected = trainer.Generate(request).Images[0].Tokens;

        using var pipeline = AmusedPipeline.FromPretrained(config.Model.Name!, new() { Precision = Precision.Float32 });
        var before = pipeline.Generate(request).Images[0].Tokens;
        var lora = pipeline.LoadLora(config.Output);
        Assert.Empty(lora.Notices);
        Assert.Equal(expected.Ids.ToArray(), pipeline.Generate(request).Images[0].Tokens.Ids.ToArray());
        Assert.NotEqual(before.Ids.ToArray(), expected.Ids.ToArray());
    }

    [Fact]
    public void The_result_of_full_training_is_a_checkpoint_with_the_averaged_weights()
    {
        var config = tiny.Config() with { Ema = new() { Enabled = true, Decay = 0.5 } };
        var request = new TextToImageRequest("red") { Seed = 3, Steps = 4 };
        using var trainer = Trainer.Create(config);
        trainer.Run(TinyRun.Colours);
        using var pipeline = AmusedPipeline.FromPretrained(config.Output, new() { Precision = Precision.Float32 });
        Assert.Equal(trainer.Generate(request).Images[0].Tokens.Ids.ToArray(), pipeline.Generate(request).Images[0].Tokens.Ids.ToArray());

        var saved = Weights.SafetensorsFile.Open(Path.Combine(config.Output, "transformer", "diffusion_pytorch_model.safetensors"));
        var state = Weights.SafetensorsFile.Open(Path.Combine(config.Output, "checkpoint-6", "state.safetensors"));
        const string name = "transformer_layers.0.attn1.to_q.weight";
        Assert.Equal(state.ReadFloats($"ema.transformer.{name}.shadow"), saved.ReadFloats(name));
    }

    [Fact]
    public void Validation_pictures_are_a_grid_and_leave_the_run_as_it_is()
    {
        var plain = tiny.Config("plain") with { Ema = new() { Enabled = true } };
        var shown = plain with { Output = tiny.PathOf("shown"), Validation = new() { Prompts = ["red", "blue"], ImagesPerPrompt = 2, Every = 3 } };
        List<string> files = [];
        TinyRun.Run(plain);
        TinyRun.Run(shown, new() { OnValidation = (file, grid) => files.Add($"{Path.GetFileName(file)} {grid.Width}") });
        Assert.Equal(["step-000003.png 88", "step-000006.png 88"], files);
        Assert.True(File.Exists(Path.Combine(shown.Output, "validation", "step-000003.png")));
        Assert.Equal(TinyRun.Saved(plain, 6), TinyRun.Saved(shown, 6));
    }

    [Fact]
    public void With_one_picture_a_prompt_validation_pictures_stand_near_a_square()
    {
        var config = tiny.Config() with { MaxSteps = 1, Validation = new() { Prompts = ["red", "green", "blue", "white", "black"], Every = 1 } };
        RgbImage? shown = null;
        TinyRun.Run(config, new() { OnValidation = (_, grid) => shown = grid });
        Assert.Equal(ImageGrid.Gap + 3 * (32 + ImageGrid.Gap), shown!.Width);
        Assert.InRange(shown.Height, 0.8 * shown.Width, 1.2 * shown.Width);
    }

    [Fact]
    public void A_model_from_nothing_is_trained_and_gives_its_weights_to_another_run()
    {
        var config = tiny.Config() with { Model = tiny.FromNothing(), TextEncoder = new() { Mode = TrainingMode.Full } };
        TinyRun.Run(config);
        using (var pipeline = AmusedPipeline.FromPretrained(config.Output, new() { Precision = Precision.Float32 }))
            Assert.Equal(32, pipeline.Generate(new TextToImageRequest("red") { Steps = 2 }).Images[0].Picture.Width);

        var second = config with { Output = tiny.PathOf("second"), MaxSteps = 1, Model = config.Model with { InitFrom = Path.Combine(config.Output, "checkpoint-6") }, Optimizer = new() { LearningRate = 1e-12 } };
        TinyRun.Run(second);
        var (trained, taken) = (Weight(config, 6), Weight(second, 1));
        Assert.True(trained.Zip(taken).Max(pair => Math.Abs(pair.First - pair.Second)) < 1e-6);
    }

    [Fact]
    public void A_resolution_that_the_model_cannot_take_is_refused()
    {
        var fault = Assert.Throws<InvalidRequestException>(() => Trainer.Create(tiny.Config() with { Data = new() { Resolution = 33 } }));
        Assert.Contains("the nearest are 32 and 36", fault.Message);
    }

    [Fact]
    public void A_U_ViT_with_dropout_is_not_trained_since_there_would_be_none()
    {
        var config = tiny.Config() with { Model = tiny.FromNothing("\"hidden_dropout\": 0.1"), TextEncoder = new() { Mode = TrainingMode.Full } };
        var fault = Assert.Throws<BrokenInputException>(() => Trainer.Create(config));
        Assert.Contains("hidden_dropout is 0.1 and attention_dropout 0", fault.Message);
        using var textAlone = Trainer.Create(config with { Transformer = new() { Mode = TrainingMode.Frozen } });
        Assert.Equal(0, textAlone.Step);
    }

    [Fact]
    public void A_target_that_matches_nothing_is_refused_with_near_names()
    {
        var fault = Assert.Throws<InvalidRequestException>(() => Trainer.Create(tiny.Config() with { TextEncoder = TinyRun.Lora("to_q") }));
        Assert.Contains("q_proj", fault.Message);
    }

    private static float[] Weight(TrainingConfig config, long step) =>
        Weights.SafetensorsFile.Open(Path.Combine(config.Output, $"checkpoint-{step}", "weights.safetensors")).ReadFloats("transformer.transformer_layers.0.attn1.to_q.weight");

    private static double LargestDifference(TrainingConfig one, TrainingConfig other, long step)
    {
        var (first, second) = (Open(one), Open(other));
        return first.Entries.Keys.Max(name => first.ReadFloats(name).Zip(second.ReadFloats(name)).Max(pair => Math.Abs(pair.First - pair.Second)));

        Weights.SafetensorsFile Open(TrainingConfig config) => Weights.SafetensorsFile.Open(Path.Combine(config.Output, $"checkpoint-{step}", "weights.safetensors"));
    }
}
