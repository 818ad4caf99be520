using Amused.Imaging;
using Amused.Tests.Golden;
using Amused.Training.Configuration;
using Amused.Training.Data;

namespace Amused.Training.Tests.Support;

/// <summary>Runs on the tiny model with drawn pictures, in a folder that is gone afterwards.</summary>
internal sealed class TinyRun : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("amused-training-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A few quick steps of a full fine-tuning.</summary>
    public TrainingConfig Config(string output = "run") => new()
    {
        Model = new() { Name = GoldenFolder.Model("tiny256") },
        Data = new() { Resolution = 32, Workers = 1 },
        BatchSize = 2,
        MaxSteps = 6,
        Optimizer = new() { LearningRate = 1e-3 },
        Checkpoints = new() { Every = 0 },
        Output = PathOf(output),
    };

    public static NetworkSettings Lora(params string[] targets) => new() { Mode = TrainingMode.Lora, Lora = new() { Targets = targets, Rank = 4, Alpha = 8 } };

    /// <summary>Flat pictures in four colours, captioned by their colour.</summary>
    public static ListImageSource Colours { get; } = new("colours",
    [
        Colour("red", 220, 30, 30), Colour("green", 30, 220, 30), Colour("blue", 30, 30, 220), Colour("white", 240, 240, 240),
    ]);

    public static TrainingResult Run(TrainingConfig config, TrainingHooks? hooks = null, CancellationToken cancellation = default)
    {
        using var trainer = Trainer.Create(config, cancellation);
        return trainer.Run(Colours, hooks, cancellation);
    }

    /// <summary>The losses of a run.</summary>
    public static List<double> Losses(TrainingConfig config)
    {
        List<double> losses = [];
        Run(config, new() { OnStep = step => losses.Add(step.Loss) });
        return losses;
    }

    /// <summary>The trained weights and all other state of a run's checkpoint, as bytes.</summary>
    public static byte[] Saved(TrainingConfig config, long step) =>
        [.. File.ReadAllBytes(Path.Combine(config.Output, $"checkpoint-{step}", "weights.safetensors")), .. File.ReadAllBytes(Path.Combine(config.Output, $"checkpoint-{step}", "state.safetensors"))];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static RawExample Colour(string caption, byte red, byte green, byte blue)
    {
        var pixels = new byte[40 * 40 * 3];
        for (var i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        var file = new RgbImage(40, 40, pixels).Encode(ImageFormat.Png);
        return new(caption, [caption], () => file);
    }
}
