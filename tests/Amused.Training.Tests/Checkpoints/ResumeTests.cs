using Amused.Tests.Images;
using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Checkpoints;

[Collection(nameof(BitForBit))]
public sealed class ResumeTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    public static TheoryData<string> Kinds => ["full", "8bit", "muon", "lora", "fp16", "nothing"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_was_stopped_and_resumed_ends_with_the_same_weights_and_state(string kind)
    {
        var whole = Kind(kind) with { Output = tiny.PathOf("whole") };
        TinyRun.Run(whole);

        var parts = whole with { Output = tiny.PathOf("parts"), Checkpoints = whole.Checkpoints with { Resume = "latest" } };
        foreach (var stopAfter in (long[])[1, 4])
        {
            using var stop = new CancellationTokenSource();
            var result = TinyRun.Run(parts, new() { OnStep = step => { if (step.Step == stopAfter) stop.Cancel(); } }, stop.Token);
            Assert.Equal((TrainingEnd.Cancelled, stopAfter), (result.End, result.Step));
        }
        TinyRun.Run(parts);
        Assert.Equal(TinyRun.Saved(whole, whole.MaxSteps), TinyRun.Saved(parts, whole.MaxSteps));
    }

    [Fact]
    public void Settings_that_differ_are_named_and_those_that_do_not_matter_may_change()
    {
        var config = tiny.Config() with { MaxSteps = 1 };
        TinyRun.Run(config);
        var again = config with { MaxSteps = 2, Checkpoints = new() { Resume = "latest", Every = 1 }, Data = config.Data with { Workers = 2 } };
        Assert.Equal(2, TinyRun.Run(again).Step);
        var other = again with { BatchSize = 1, Optimizer = config.Optimizer with { LearningRate = 0.5 } };
        var fault = Assert.Throws<InvalidRequestException>(() => Trainer.Create(other));
        Assert.EndsWith("another run: optimizer.learning_rate is 0.5 instead of 0.001; batch_size is 1 instead of 2; --force goes on all the same", fault.Message);
    }

    [Theory]
    [InlineData("a picture")]
    [InlineData("a caption")]
    [InlineData("one more picture")]
    public void Data_are_compared_by_their_content_wherever_they_lie(string change)
    {
        var config = WithPictures("data") with { MaxSteps = 1 };
        Run(config);
        Directory.Move(tiny.PathOf("data"), tiny.PathOf("moved"));
        var again = config with
        {
            MaxSteps = 2, Data = config.Data with { Source = tiny.PathOf("moved") }, Checkpoints = new() { Resume = "latest", Every = 0 },
        };
        Assert.Equal(2, Run(again).Step);

        switch (change)
        {
            case "a picture":
                File.WriteAllBytes(tiny.PathOf("moved/0.png"), Pictures.Noise(40, 40, seed: 9).Encode(Images.ImageFormat.Png));
                break;
            case "a caption":
                File.WriteAllText(tiny.PathOf("moved/0.txt"), "colour 9");
                break;
            default:
                File.Copy(tiny.PathOf("moved/0.png"), tiny.PathOf("moved/3.png"));
                File.Copy(tiny.PathOf("moved/0.txt"), tiny.PathOf("moved/3.txt"));
                break;
        }
        var more = again with { MaxSteps = 3 };
        Assert.Contains("data has another content", Assert.Throws<InvalidRequestException>(() => Run(more)).Message);
        Assert.Equal(3, Run(more with { Checkpoints = more.Checkpoints with { Force = true } }).Step);
        Assert.DoesNotContain("\"force\": true", File.ReadAllText(Path.Combine(config.Output, "checkpoint-3", "training.json")));
    }

    [Fact]
    public void A_model_is_compared_by_its_content_and_each_difference_is_named()
    {
        var config = tiny.Config() with { MaxSteps = 1 };
        TinyRun.Run(config);
        CopyFolder(config.Model.Name!, tiny.PathOf("copy"));
        var again = config with { MaxSteps = 2, Model = new() { Name = tiny.PathOf("copy") }, Checkpoints = new() { Resume = "latest", Every = 0 } };
        Assert.Equal(2, TinyRun.Run(again).Step);

        CheckpointInit.Create(tiny.PathOf("other"), CheckpointConfig.Find(tiny.FromNothing().Config!), seed: 7, tokenizerFolder: tiny.FromNothing().Tokenizer);
        foreach (var part in (string[])["transformer", "vqvae"])
        {
            Directory.Delete(tiny.PathOf($"copy/{part}"), recursive: true);
            CopyFolder(tiny.PathOf($"other/{part}"), tiny.PathOf($"copy/{part}"));
        }
        var fault = Assert.Throws<InvalidRequestException>(() => Trainer.Create(again with { MaxSteps = 3, BatchSize = 1, Model = new() { Name = tiny.PathOf("copy") } }));
        Assert.Contains("batch_size is 1 instead of 2; model.transformer has another content", fault.Message);
        Assert.Contains("model.vqvae has another content; --force goes on all the same", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"step\":1}")]
    [InlineData("{\"step\":-1,\"epoch\":0,\"index\":0}")]
    [InlineData("{\"step\":1,\"epoch\":0,\"index\":-5}")]
    public void A_progress_that_cannot_be_is_an_error_and_never_the_start(string progress)
    {
        var config = tiny.Config() with { MaxSteps = 1 };
        TinyRun.Run(config);
        var folder = Path.Combine(config.Output, "checkpoint-1");
        var again = config with { MaxSteps = 2, Checkpoints = new() { Resume = "latest" } };
        File.WriteAllText(Path.Combine(folder, "progress.json"), progress);
        Assert.Contains("progress.json", Assert.Throws<BrokenInputException>(() => Trainer.Create(again)).Message);

        // Also where the file is the one that was written.
        File.Delete(Path.Combine(folder, CheckpointManifest.FileName));
        CheckpointManifest.Write(folder, new Dictionary<string, string>());
        Assert.Contains("progress.json", Assert.Throws<BrokenInputException>(() => Trainer.Create(again)).Message);
    }

    private TrainingConfig WithPictures(string folder)
    {
        Directory.CreateDirectory(tiny.PathOf(folder));
        for (int i = 0; i < 3; i++)
        {
            File.WriteAllBytes(tiny.PathOf($"{folder}/{i}.png"), Pictures.Noise(40, 40, i).Encode(Images.ImageFormat.Png));
            File.WriteAllText(tiny.PathOf($"{folder}/{i}.txt"), $"colour {i}");
        }
        var config = tiny.Config();
        return config with { Data = config.Data with { Source = tiny.PathOf(folder) } };
    }

    private static TrainingResult Run(TrainingConfig config)
    {
        using var trainer = Trainer.Create(config);
        return trainer.Run();
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Fact]
    public void A_run_stops_when_its_time_is_over_and_saves()
    {
        var clock = new HandClock();
        var config = tiny.Config() with { Checkpoints = new() { Every = 0, TimeLimit = 60 } };
        var result = TinyRun.Run(config, new() { Clock = clock, OnStep = step => clock.Now += TimeSpan.FromSeconds(25) });
        Assert.Equal((TrainingEnd.TimeOver, 3L), (result.End, result.Step));
        Assert.True(Directory.Exists(Path.Combine(config.Output, "checkpoint-3")));
    }

    [Fact]
    public void Losses_that_are_no_numbers_stop_the_run_and_keep_the_last_good_checkpoint()
    {
        var config = tiny.Config() with { MaxSteps = 20, MaxBadSteps = 3, Checkpoints = new() { Every = 1, Limit = 1 } };
        List<string> notices = [];
        var step = 0;
        var fault = Assert.Throws<BrokenInputException>(() => TinyRun.Run(config, new()
        {
            Loss = inputs => inputs.Logits.mean() * (++step > 2 ? float.NaN : 1),
            Notice = notices.Add,
        }));
        Assert.Contains("3 times in a row, up to step 5", fault.Message);
        Assert.Contains("checkpoint-2", fault.Message);
        Assert.Equal(2, notices.Count);
        Assert.Equal([Path.Combine(config.Output, "checkpoint-2")], Directory.GetDirectories(config.Output, "checkpoint-*"));
    }

    [Fact]
    public void The_newest_checkpoints_are_kept_up_to_the_limit()
    {
        var config = tiny.Config() with { MaxSteps = 12, Checkpoints = new() { Every = 2, Limit = 2 } };
        TinyRun.Run(config);
        Assert.Equal(["checkpoint-10", "checkpoint-12"], Directory.GetDirectories(config.Output, "*checkpoint-*").Select(Path.GetFileName).Order());
    }

    private TrainingConfig Kind(string kind)
    {
        var config = tiny.Config() with
        {
            Loss = new() { ConditionDropout = 0.3, ContiguousMasks = 0.3, LabelSmoothing = 0.1 },
            Ema = new() { Enabled = true },
            GradientAccumulationSteps = 2,
        };
        return kind switch
        {
            "nothing" => config with { Model = tiny.FromNothing(), TextEncoder = new() { Mode = TrainingMode.Full } },
            "8bit" => config with { Optimizer = config.Optimizer with { EightBit = true, Schedule = LearningRateCurve.Cosine, WarmupSteps = 2 } },
            "muon" => config with { Optimizer = config.Optimizer with { Kind = OptimizerKind.Muon, WeightDecay = 0.1 } },
            "lora" => config with
            {
                Transformer = new() { Mode = TrainingMode.Lora, Lora = new() { Targets = ["to_q"], Dropout = 0.2 } },
                TextEncoder = new() { Mode = TrainingMode.Full },
            },
            "fp16" => config with { MixedPrecision = Runtime.Precision.Float16, Optimizer = config.Optimizer with { InitialLossScale = 1 << 24 } },
            _ => config,
        };
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
