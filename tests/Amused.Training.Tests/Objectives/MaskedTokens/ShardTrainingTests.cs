using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Objectives;

[Collection(nameof(BitForBit))]
public sealed class ShardTrainingTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(TrainingMode.Frozen)]
    [InlineData(TrainingMode.Full)]
    public void Training_on_shards_with_ids_gives_exactly_the_weights_of_training_on_the_pictures(TrainingMode text)
    {
        var pictures = OnPictures("pictures") with { TextEncoder = new() { Mode = text } };
        var shards = OnShards(pictures, EncodedText.TokenIds);
        Run(pictures);
        Run(shards);
        Assert.Equal(TinyRun.Saved(pictures, 6), TinyRun.Saved(shards, 6));
    }

    [Fact]
    public void Training_on_shards_with_states_differs_by_no_more_than_their_rounding()
    {
        var pictures = OnPictures("pictures");
        var shards = OnShards(pictures, EncodedText.States);
        var (expected, actual) = (Losses(pictures), Losses(shards));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.01));
        Assert.NotEqual(expected, actual);
    }

    [Theory]
    [InlineData(EncodedText.TokenIds)]
    [InlineData(EncodedText.States)]
    public void A_run_on_shards_that_was_stopped_and_resumed_ends_with_the_same_weights_and_state(EncodedText text)
    {
        var whole = OnShards(OnPictures("whole") with
        {
            GradientAccumulationSteps = 2,
            Transformer = new() { Mode = TrainingMode.Lora, Lora = new() { Targets = ["to_q"], Dropout = 0.2 } },
            Ema = new() { Enabled = true },
        }, text);
        Run(whole);
        var parts = whole with { Output = tiny.PathOf("parts"), Checkpoints = whole.Checkpoints with { Resume = "latest" } };
        foreach (var stopAfter in (long[])[1, 4])
        {
            using var stop = new CancellationTokenSource();
            using var trainer = Trainer.Create(parts);
            var result = trainer.Run(hooks: new() { OnStep = step => { if (step.Step == stopAfter) stop.Cancel(); } }, cancellation: stop.Token);
            Assert.Equal((TrainingEnd.Cancelled, stopAfter), (result.End, result.Step));
        }
        Run(parts);
        Assert.Equal(TinyRun.Saved(whole, 6), TinyRun.Saved(parts, 6));
    }

    [Fact]
    public void A_loss_of_ones_own_sees_the_batch_and_pictures_only_where_there_are_any()
    {
        var pictures = OnPictures("pictures") with { MaxSteps = 1 };
        List<TokenBatch> seen = [];
        foreach (var config in (TrainingConfig[])[pictures, OnShards(pictures, EncodedText.TokenIds)])
            Run(config, new() { Loss = inputs => { seen.Add(inputs.Batch); return inputs.Logits.square().mean(); } });
        Assert.Equal(2, seen[0].Examples!.Count);
        Assert.Null(seen[1].Examples);
    }

    [Fact]
    public void The_loss_of_held_out_shards_is_told_at_checkpoints_and_at_the_end_and_leaves_the_run_as_it_is()
    {
        var plain = OnShards(OnPictures("plain"), EncodedText.TokenIds);
        var judged = plain with
        {
            Output = tiny.PathOf("judged"), Checkpoints = plain.Checkpoints with { Every = 4 }, Validation = new() { Data = plain.Data.Source, Examples = 3 },
        };
        List<IReadOnlyDictionary<double, double>> told = [];
        Run(plain);
        Run(judged, new() { OnHeldOut = told.Add });
        Assert.Equal(2, told.Count);
        Assert.All(told, losses => Assert.Equal([1, 0.9, 0.7, 0.4], losses.Keys));
        Assert.All(told.SelectMany(losses => losses.Values), loss => Assert.InRange(loss, 0.01, 100));
        Assert.NotEqual(told[0].Values, told[1].Values);
        Assert.Equal(TinyRun.Saved(plain, 6), TinyRun.Saved(judged, 6));
    }

    [Fact]
    public void Where_held_out_pictures_have_masks_only_what_they_show_counts()
    {
        foreach (var file in Directory.GetFiles(Pictures(), "*.png"))
            new Images.RgbImage(40, 40, new byte[3 * 40 * 40]).Save(Path.ChangeExtension(file, ".mask.png"));
        var config = OnShards(OnPictures("run") with { MaxSteps = 1 }, EncodedText.TokenIds);
        List<IReadOnlyDictionary<double, double>> told = [];
        Run(config with { Validation = new() { Data = config.Data.Source } }, new() { OnHeldOut = told.Add });
        Assert.All(Assert.Single(told).Values, loss => Assert.True(double.IsNaN(loss)));
    }

    [Fact]
    public void Shards_that_do_not_go_with_the_run_are_refused_and_what_differs_is_named()
    {
        var ids = OnShards(OnPictures("run"), EncodedText.TokenIds);
        var states = OnShards(OnPictures("run"), EncodedText.States);
        Refused(ids with { Data = ids.Data with { Resolution = 64 } }, "a side of 32 pixels, the run one of 64");
        Refused(ids with { Data = ids.Data with { CenterCrop = true } }, "data.center_crop has no effect");
        Refused(ids with { Data = ids.Data with { Split = "test" } }, "data.split has no effect");
        Refused(states with { TextEncoder = new() { Mode = TrainingMode.Full } }, "--text ids");
        Refused(ids with { Loss = new() { BackgroundWeight = 0.1 } }, "its pictures have no masks");
        Refused(states with { Model = new() { Name = WithChanged("vqvae", "encoder.") } }, "another VQGAN");
        Refused(states with { Model = new() { Name = WithChanged("vqvae", "quantize.") } }, "another VQGAN");
        Refused(states with { Model = new() { Name = WithChanged("text_encoder") } }, "another text tower");
        Refused(ids with { Model = new() { Name = WithSwappedMerges() } }, "another tokenizer");
        Refused(ids with { Model = new() { Name = WithChanged("vqvae", "quantize.") }, Data = new() { Source = Pictures(), Resolution = 32 }, Validation = new() { Data = ids.Data.Source } }, "another VQGAN");
    }

    [Fact]
    public void A_decoder_that_was_trained_further_and_a_text_tower_that_is_not_asked_are_no_hindrance()
    {
        var ids = OnShards(OnPictures("run") with { MaxSteps = 1 }, EncodedText.TokenIds);
        Run(ids with { Model = new() { Name = WithChanged("text_encoder") } });
        Run(ids with { Model = new() { Name = WithChanged("vqvae", "decoder.") }, Output = tiny.PathOf("other") });
    }

    [Fact]
    public void A_shard_that_was_damaged_stops_the_run_with_its_name()
    {
        var config = OnShards(OnPictures("run"), EncodedText.TokenIds);
        var path = Path.Combine(config.Data.Source!, "shard-00000.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(path, Assert.Throws<BrokenInputException>(() => Run(config)).Message);
        Assert.Contains("1 of 2 shards are missing or damaged: shard-00000.safetensors;", Assert.Throws<BrokenInputException>(() => EncodedCheck.Verify(config.Data.Source!)).Message);
    }

    private TrainingConfig OnPictures(string output) => tiny.Config(output) with
    {
        Data = new() { Source = Pictures(), Workers = 1, CenterCrop = true, Resolution = 32 },
        Loss = new() { ConditionDropout = 0.3 },
    };

    /// <summary>The same run on shards of the same pictures, three to a shard.</summary>
    private TrainingConfig OnShards(TrainingConfig config, EncodedText text)
    {
        var folder = tiny.PathOf($"shards-{text}");
        using var models = EncodingModels.OfCheckpoint(config.Model.Name!, text);
        ShardEncoder.Encode(folder, config.Data, models, options: new() { ShardSize = 3, Loader = new() { BatchSize = 3 } });
        return config with { Data = new() { Source = folder }, Output = config.Output + "-on-shards" };
    }

    private string Pictures()
    {
        var folder = tiny.PathOf("data");
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(folder);
        foreach (var (number, picture) in TinyRun.Colours.ReadEpoch(new() { Shuffle = false }, default).Index())
            File.WriteAllBytes(Path.Combine(folder, $"{number} {picture.Captions[0]}.png"), picture.ReadBytes());
        return folder;
    }

    /// <summary>A copy of the model, a part of which has other numbers.</summary>
    private string WithChanged(string part, string key = "")
    {
        var folder = Copy();
        var path = Weights.WeightFiles.Find(Path.Combine(folder, part), variant: null).Paths.Single();
        var file = Weights.SafetensorsFile.Open(path);
        var entry = file.Entries.Values.First(entry => entry.Name.StartsWith(key, StringComparison.Ordinal));
        var numbers = file.ReadFloats(entry.Name);
        numbers[0] += 1;
        var tensors = file.Entries.Values.Select(other =>
            Weights.SafetensorsTensor.Of(other.Name, Weights.SafetensorsDtype.F32, [.. other.Shape], other.Name == entry.Name ? numbers : file.ReadFloats(other.Name))).ToList();
        File.Delete(path);
        Weights.SafetensorsWriter.Write(path, tensors);
        return folder;
    }

    /// <summary>A copy of the model, the first two merges of whose tokenizer have changed places.</summary>
    private string WithSwappedMerges()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "tokenizer", "merges.txt");
        var lines = File.ReadAllLines(path);
        (lines[1], lines[2]) = (lines[2], lines[1]);
        File.WriteAllLines(path, lines);
        File.Delete(Path.Combine(folder, "tokenizer", "tokenizer.json")); // It has the merges too.
        return folder;
    }

    private string Copy()
    {
        var (from, to) = (tiny.Config().Model.Name!, tiny.PathOf($"model-{Guid.NewGuid():N}"));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return to;
    }

    private static void Refused(TrainingConfig config, string words) => Assert.Contains(words, Assert.Throws<InvalidRequestException>(() => Run(config)).Message);

    private static TrainingResult Run(TrainingConfig config, TrainingHooks? hooks = null)
    {
        using var trainer = Trainer.Create(config);
        return trainer.Run(hooks: hooks);
    }

    private static List<double> Losses(TrainingConfig config)
    {
        List<double> losses = [];
        Run(config, new() { OnStep = step => losses.Add(step.Loss) });
        return losses;
    }
}
