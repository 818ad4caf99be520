using System.Globalization;
using Amused.Cli.Output;
using Amused.Training;

namespace Amused.Cli.Running;

/// <summary>Runs a training with a progress bar for people, lines of JSON for programs, and now and then a line for files.</summary>
internal sealed class TrainingJob(Host host, bool json)
{
    public void Execute(TrainingConfig config)
    {
        config.Validate();
        var display = ProgressDisplay.For(host);
        using var trainer = display.Run($"loading {config.Model.Name ?? config.Model.Config}", bar => Trainer.Create(config, host.Cancellation, bar.Note));
        if (trainer.Step > 0)
            host.Note($"going on after step {trainer.Step}");
        using var logs = new RunLogs(config.Output, trainer.Step);
        string? checkpoint = null;
        var result = display.Run("training", bar => trainer.Run(hooks: Hooks(trainer, bar, logs, path => checkpoint = path), cancellation: host.Cancellation));
        logs.Plot();
        TrainingEnding.Tell(host, result, checkpoint);
        if (!json && result.End == TrainingEnd.Complete)
            host.Out.WriteLine(config.Output);
    }

    private TrainingHooks Hooks(Trainer trainer, IProgressBar bar, RunLogs logs, Action<string> saved) => new()
    {
        OnStep = step =>
        {
            logs.Write(step.Step, Figures(step));
            StepLines.Show(host, json, bar, step, step.Step, step.Steps, Line(step), step.Remaining);
        },
        OnValidation = (_, grid) => logs.Write(trainer.Step, grid),
        OnHeldOut = losses =>
        {
            logs.Write(trainer.Step, losses.ToDictionary(loss => string.Create(CultureInfo.InvariantCulture, $"held_out_loss_{loss.Key:0.0}"), loss => loss.Value));
            bar.Note($"step {trainer.Step}: held-out loss {string.Join(", ", losses.Select(Line))}");
        },
        OnCheckpoint = saved,
        Notice = bar.Note,
    };

    private static string Line(KeyValuePair<double, double> loss) => string.Create(CultureInfo.InvariantCulture, $"{loss.Value:0.00} with {100 * loss.Key:0}% masked");

    private static string Line(StepReport step) => string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:0.0000}, {step.ImagesPerSecond:0.00} images/s");

    private static Dictionary<string, double> Figures(StepReport step) => new()
    {
        ["loss"] = step.Loss,
        ["learning_rate"] = step.LearningRate,
        ["gradient_norm"] = step.GradientNorm,
        ["images_per_second"] = step.ImagesPerSecond,
        ["waiting_share"] = step.WaitingShare,
    };
}
