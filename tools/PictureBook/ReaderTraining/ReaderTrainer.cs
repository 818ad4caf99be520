using System.Diagnostics;
using Amused.Training;
using PictureBook.Drawings;
using PictureBook.Reader;
using PictureBook.Rendering;
using static TorchSharp.torch;

namespace PictureBook.ReaderTraining;

/// <summary>Trains readers on drawn pictures, and on nothing else; they are drawn as they are needed.</summary>
public static class ReaderTrainer
{
    /// <summary>The learning rate as a function of progress, in thousandths.</summary>
    private const long ScheduleUnits = 1000, WarmupUnits = 30;

    /// <summary>Trains a reader.</summary>
    /// <param name="drawings">What things look like.</param>
    /// <param name="config">Its sizes: <see cref="ReaderConfig.For"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told of each update.</param>
    /// <param name="cancellation">Stops before the next update; the reader is lost then.</param>
    /// <returns>The reader; the caller disposes of it.</returns>
    /// <exception cref="InvalidRequestException">An option is out of its range.</exception>
    /// <exception cref="BrokenInputException">A drawing is broken.</exception>
    public static ThingReader Train(
        DrawingSet drawings, ReaderConfig config, ReaderTrainingOptions options, Action<ReaderProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(drawings);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var reader = ThingReader.Create(config, options.Seed);
        try
        {
            foreach (var (_, parameter) in reader.Parameters)
                parameter.requires_grad_(true);
            Run(reader, drawings, options, progress, cancellation);
            foreach (var (_, parameter) in reader.Parameters)
                parameter.requires_grad_(false);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static void Run(ThingReader reader, DrawingSet drawings, ReaderTrainingOptions options, Action<ReaderProgress>? progress, CancellationToken cancellation)
    {
        LearningRateSchedule schedule = new() { Curve = LearningRateCurve.Cosine, BaseRate = options.LearningRate, WarmupUpdates = WarmupUnits, TotalUpdates = ScheduleUnits };
        using AdamW optimizer = new(reader.Parameters, new() { Beta2 = 0.99 });
        GradientUpdate update = new(optimizer) { MaxGradientNorm = 1 };
        using SceneSource source = new(new SceneRenderer(drawings, reader.Config.Side), reader.Config, options);
        using Wear wear = new(options.Seed + 1);
        var began = Stopwatch.GetTimestamp();
        double done = 0;
        for (int step = 1; done < 1; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (pixels, answers) = source.Take(cancellation);
            var logits = reader.Network.Forward(wear.Apply(pixels));
            var loss = nn.functional.cross_entropy(logits.flatten(0, 1), answers.flatten());
            update.Backward(loss);
            // The first update has a rate already.
            update.Apply(schedule.At(1 + (long)(done * (ScheduleUnits - 1))));
            done = Math.Max((double)step / options.Steps, options.TimeLimit is { } limit ? Stopwatch.GetElapsedTime(began) / limit : 0);
            progress?.Invoke(new(step, Math.Min(done, 1), loss.item<float>(), logits.argmax(2).eq(answers).to(ScalarType.Float32).mean().item<float>()));
        }
    }
}
