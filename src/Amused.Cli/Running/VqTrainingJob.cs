using System.Globalization;
using Amused.Cli.Output;
using Amused.Training.Data;
using Amused.Training.Vq;
using Amused.Vqgan;
using Amused.Weights;

namespace Amused.Cli.Running;

/// <summary>Trains a VQGAN as the command line says.</summary>
internal static class VqTrainingJob
{
    private const long DefaultSaveEvery = 1000;

    /// <returns>The exit code: that of a stopped program when the user stopped it.</returns>
    public static int Execute(Host host, VqTrainingChoice choice)
    {
        var options = Options(choice);
        var source = ImageFolder.Open(choice.Data, new() { Place = CaptionPlace.FileName });
        using var network = choice.From is { } folder ? VqNetwork.Load(folder) : VqNetwork.Create(ConfigJson.Read<VqModelConfig>(choice.Config!), options.Seed);
        var result = ProgressDisplay.For(host).Run("training", bar => VqTrainingRun.Execute(network, source, options, RunOptions(choice, options, bar), host.Cancellation));
        if (!result.IsFinished)
        {
            host.Note($"stopped and saved after step {result.StepsDone} of {options.TotalSteps}; --resume goes on");
            return host.Cancellation.IsCancellationRequested ? host.StoppedExitCode() : 0;
        }
        host.Out.WriteLine(Path.Combine(choice.Output, "vqvae"));
        return 0;
    }

    /// <summary>The plan's file, and what the command line says in place of it.</summary>
    private static VqTrainingOptions Options(VqTrainingChoice choice)
    {
        var options = choice.Plan is null ? new VqTrainingOptions() : VqTrainingOptions.Read(choice.Plan);
        options = options with
        {
            Resolution = choice.Resolution ?? options.Resolution,
            EmaDecay = choice.Ema ?? options.EmaDecay,
            UsesBFloat16 = choice.BFloat16 || options.UsesBFloat16,
            Seed = choice.Seed ?? options.Seed,
            Discriminator = choice.DiscriminatorStart is { } start ? (options.Discriminator ?? new()) with { StartStep = start } : options.Discriminator,
        };
        return NamesPhases(choice) ? options with { Phases = Phases(choice, options.Resolution) } : options;
    }

    /// <summary>Whether the phases are those of the options instead of the plan's.</summary>
    private static bool NamesPhases(VqTrainingChoice choice) =>
        choice.Plan is null || choice.Steps is not null || choice.CropSize is not null || choice.BatchSize is not null || choice.LearningRate is not null;

    private static IReadOnlyList<VqPhase> Phases(VqTrainingChoice choice, int resolution)
    {
        var steps = choice.Steps ?? [20_000, 3_000, 4_000];
        var phases = VqTrainingOptions.DefaultPhases(choice.CropSize ?? resolution / 2, steps[0], steps[1], steps[2], choice.BatchSize ?? 8, choice.LearningRate ?? 1e-3);
        // A model that has codes, and is not trained without them first, keeps them.
        return choice.From is not null && steps[0] + steps[1] == 0 ? [.. phases.Select(phase => phase with { ClustersCodebook = false })] : phases;
    }

    private static VqRunOptions RunOptions(VqTrainingChoice choice, VqTrainingOptions options, IProgressBar bar) => new()
    {
        OutputFolder = choice.Output,
        SaveEvery = choice.SaveEvery ?? DefaultSaveEvery,
        TimeLimit = choice.TimeLimit,
        Resumes = choice.Resumes,
        Notice = bar.Note,
        OnStep = step => bar.Report(step.Step, options.TotalSteps, Title(step)),
    };

    private static string Title(VqStepReport step) => string.Create(CultureInfo.InvariantCulture,
        $"{step.Phase} {step.Step}: loss {step.Loss:0.0000}, {step.Psnr:0.0} dB{(step.Codebook is { } codes ? $", {codes.UsedCodes} codes" : "")}, {step.Pictures / step.Duration.TotalSeconds:0} images/s");
}
