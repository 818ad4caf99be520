using System.Globalization;
using System.Text.Json;
using Amused.Cli.Output;
using Amused.Training;
using Amused.Training.Configuration;

namespace Amused.Cli.Running;

/// <summary>Runs a training with a progress bar for people, lines of JSON for programs, and now and then a line for files.</summary>
internal sealed class TrainingJob(Host host, bool json)
{
    /// <summary>Where nobody watches a bar, the share of a run that passes between two lines.</summary>
    private const int Lines = 100;

    public void Execute(TrainingConfig config)
    {
        config.Validate();
        var display = ProgressDisplay.For(host);
        using var trainer = display.Run($"loading {config.Model.Name ?? config.Model.Config}", _ => Trainer.Create(config, host.Cancellation));
        if (trainer.Step > 0)
            host.Note($"going on after step {trainer.Step}");
        using var logs = new RunLogs(config.Output, trainer.Step);
        string? checkpoint = null;
        var result = display.Run("training", bar => trainer.Run(hooks: Hooks(trainer, bar, logs, path => checkpoint = path), cancellation: host.Cancellation));
        logs.Plot();
        if (result.BrokenImages > 0)
            host.Note($"{result.BrokenImages} broken pictures were skipped");
        if (result.End != TrainingEnd.Complete)
            host.Note($"stopped after step {result.Step} and saved {checkpoint}; --resume latest goes on");
        if (result.End == TrainingEnd.Cancelled)
            throw new OperationCanceledException(host.Cancellation);
        if (!json && result.End == TrainingEnd.Complete)
            host.Out.WriteLine(config.Output);
    }

    private TrainingHooks Hooks(Trainer trainer, IProgressBar bar, RunLogs logs, Action<string> saved) => new()
    {
        OnStep = step =>
        {
            logs.Write(step);
            Show(step, bar);
        },
        OnValidation = (_, grid) => logs.Write(trainer.Step, grid),
        OnCheckpoint = saved,
        Notice = bar.Note,
    };

    private void Show(StepReport step, IProgressBar bar)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:0.0000}, {step.ImagesPerSecond:0.00} images/s");
        bar.Report(step.Step, step.Steps, line);
        if (json)
            host.Out.WriteLine(JsonSerializer.Serialize(step, JsonLines));
        else if (!host.ShowsProgress && (step.Step == step.Steps || step.Step % Math.Max(1, step.Steps / Lines) == 0))
            host.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step.Step} of {step.Steps}: {line}, {step.Remaining:d\\.hh\\:mm\\:ss} left"));
    }

    private static readonly JsonSerializerOptions JsonLines = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
