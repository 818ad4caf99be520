using System.Diagnostics;
using Amused.Training.Data;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>
/// A VQGAN's training from the first step to the last: pictures, phases, checkpoints and the log. A run that is killed and resumed ends with exactly the weights of
/// one that was not, on the same machine with the same number of threads.
/// </summary>
public sealed class VqTrainingRun
{
    /// <summary>So many steps in a row without usable gradients end a run.</summary>
    private const int MostFailures = 10;

    private readonly VqTrainingOptions options;
    private readonly VqRunOptions run;
    private readonly IImageSource source;
    private readonly VqTrainer trainer;
    private readonly VqCheckpoints checkpoints;
    private readonly long began = Stopwatch.GetTimestamp();
    private DataPosition position;
    private int failures;

    private VqTrainingRun(VqNetwork network, IImageSource source, VqTrainingOptions options, VqRunOptions run)
    {
        run.Validate();
        (this.options, this.run, this.source) = (options, run, source);
        trainer = new(network, options);
        checkpoints = new(run.OutputFolder, run.KeptCheckpoints, network.Model.Config, options);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="network">The network; its parameters are changed in place.</param>
    /// <param name="source">The pictures; captions don't matter.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="run">What is written and told.</param>
    /// <param name="cancellation">Saves and stops, after the step that is under way.</param>
    /// <exception cref="InvalidRequestException">An option is out of range, or differs from those of the run that is resumed.</exception>
    /// <exception cref="BrokenInputException">The data are unusable, the folder can't be written, or gradients stay infinite.</exception>
    public static VqRunResult Execute(
        VqNetwork network, IImageSource source, VqTrainingOptions options, VqRunOptions run, CancellationToken cancellation = default)
    {
        VqTrainingRun training = new(network, source, options, run);
        using var trainer = training.trainer;
        return training.Execute(cancellation);
    }

    private VqRunResult Execute(CancellationToken cancellation)
    {
        if (run.Resumes)
            Resume();
        using VqLog log = new(Path.Combine(run.OutputFolder, "log.csv"), trainer.StepsDone, run.LogEvery);
        long first = 0;
        foreach (var phase in options.Phases)
        {
            if (trainer.StepsDone < first + phase.Steps && !Train(phase, first, log, cancellation))
                return new(trainer.StepsDone, IsFinished: false);
            first += phase.Steps;
        }
        trainer.SaveNetwork(run.OutputFolder);
        return new(trainer.StepsDone, IsFinished: true);
    }

    /// <summary>Trains what is left of a phase.</summary>
    /// <returns>False when the run was stopped.</returns>
    private bool Train(VqPhase phase, long first, VqLog log, CancellationToken cancellation)
    {
        using var loader = Loader(phase);
        while (trainer.StepsDone < first + phase.Steps)
        {
            if (IsToStop(cancellation))
            {
                Save();
                return false;
            }
            var stepOfPhase = trainer.StepsDone - first;
            if (stepOfPhase == 0 && phase.ClustersCodebook)
                run.Notice?.Invoke($"codebook from clusters: error {trainer.ClusterCodebook(Batches(loader, phase)):P1} of the variance");
            using var pixels = Take(loader, phase);
            var report = trainer.Step(pixels, phase, stepOfPhase);
            StopIfHopeless(report);
            log.Add(report);
            run.OnStep?.Invoke(report);
            if (report.Step % run.SaveEvery == 0)
                Save();
        }
        return true;
    }

    private void Save() => checkpoints.Save(new(trainer.StepsDone, position.Epoch, position.Index), trainer.State);

    private void Resume()
    {
        if (checkpoints.LoadLatest(trainer.State) is not { } progress)
        {
            run.Notice?.Invoke($"{run.OutputFolder} has no checkpoint yet: the run starts anew");
            return;
        }
        trainer.StepsDone = progress.StepsDone;
        position = new(progress.Epoch, progress.Index);
        run.Notice?.Invoke($"goes on after step {progress.StepsDone}");
    }

    private bool IsToStop(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested || (run.TimeLimit is { } limit && Stopwatch.GetElapsedTime(began) >= limit);

    private void StopIfHopeless(VqStepReport report)
    {
        failures = report.Applied ? 0 : failures + 1;
        if (failures == MostFailures)
            throw new BrokenInputException(
                $"the gradients of {MostFailures} steps in a row were infinite or not numbers, up to step {report.Step}; the last checkpoint is as it was: resume it with a lower learning rate");
    }

    private PrefetchingLoader Loader(VqPhase phase) => new(
        source,
        new ExampleTransform { Resolution = options.Resolution, RandomFlip = options.RandomFlip },
        new DataOrder { Seed = options.Seed },
        new LoaderOptions { BatchSize = phase.BatchSize, Workers = run.Workers, Warning = run.Notice },
        position);

    private IEnumerable<Tensor> Batches(PrefetchingLoader loader, VqPhase phase)
    {
        while (true)
            yield return Take(loader, phase);
    }

    private Tensor Take(PrefetchingLoader loader, VqPhase phase)
    {
        loader.TryTake(out var batch);
        var start = position;
        position = batch.Next;
        using var scope = NewDisposeScope();
        var pixels = batch.ToPixels();
        return (phase.CropSize is { } side && side < options.Resolution ? Crops(pixels, side, start) : pixels).MoveToOuterDisposeScope();
    }

    /// <summary>A crop of each picture, at a place that depends on the seed and the place in the data alone.</summary>
    private Tensor Crops(Tensor pixels, int side, DataPosition start)
    {
        var crops = Enumerable.Range(0, (int)pixels.shape[0]).Select(picture =>
        {
            IndexRandom random = new(RandomPurpose.Crop, options.Seed, start.Epoch, start.Index + picture);
            int top = random.Next(options.Resolution - side + 1), left = random.Next(options.Resolution - side + 1);
            return pixels[picture].narrow(1, top, side).narrow(2, left, side);
        });
        return stack([.. crops]);
    }
}
