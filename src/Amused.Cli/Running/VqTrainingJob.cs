using System.Globalization;
using Amused.Cli.Output;
using Amused.Training;

namespace Amused.Cli.Running;

/// <summary>Runs a VQGAN's training with a progress bar for people, lines of JSON for programs, and now and then a line for files.</summary>
internal sealed class VqTrainingJob(Host host, bool json)
{
    public void Execute(VqTrainingConfig config)
    {
        config.Validate();
        var display = ProgressDisplay.For(host);
        using var trainer = display.Run("preparing", bar => VqTrainer.Create(config, bar.Note));
        if (trainer.Step > 0)
            host.Note($"going on after step {trainer.Step}");
        using var logs = new RunLogs(config.Output, trainer.Step);
        string? checkpoint = null;
        var result = display.Run("training", bar => trainer.Run(hooks: Hooks(bar, logs, path => checkpoint = path), cancellation: host.Cancellation));
        logs.Plot();
        TrainingEnding.Tell(host, result, checkpoint);
        if (!json && result.End == TrainingEnd.Complete)
            host.Out.WriteLine(Path.Combine(config.Output, "vqvae"));
    }

    private VqTrainingHooks Hooks(IProgressBar bar, RunLogs logs, Action<string> saved) => new()
    {
        OnStep = step =>
        {
            logs.Write(step.Step, Figures(step));
            StepLines.Show(host, json, bar, step, step.Step, step.Steps, Line(step), step.Remaining);
        },
        OnValidation = result =>
        {
            logs.Write(result.Step, Figures(result));
            logs.Write(result.Step, result.Grid);
            bar.Note(Line(result));
        },
        OnCheckpoint = saved,
        Notice = bar.Note,
    };

    private static string Line(VqStepReport step) => string.Create(CultureInfo.InvariantCulture,
        $"{step.Phase}: loss {step.Loss:0.0000}, {step.Psnr:0.0} dB{(step.Codebook is { } codes ? $", {codes.UsedCodes} codes" : "")}, {step.ImagesPerSecond:0.0} images/s");

    private static string Line(VqEvaluation result) => string.Create(CultureInfo.InvariantCulture,
        $"step {result.Step}: held-out pictures {result.Psnr:0.00} dB{(result.QuantizedPsnr is { } quantized ? $", {quantized:0.00} dB with codes" : "")}");

    private static Dictionary<string, double> Figures(VqStepReport step)
    {
        Dictionary<string, double> figures = new()
        {
            ["loss"] = step.Loss, ["learning_rate"] = step.LearningRate, ["gradient_norm"] = step.GradientNorm, ["images_per_second"] = step.ImagesPerSecond,
            ["waiting_share"] = step.WaitingShare, ["reconstruction_loss"] = step.ReconstructionLoss, ["psnr"] = step.Psnr,
        };
        if (step.KeptCodes is { } kept)
            figures["kept_codes"] = kept;
        if (step.Codebook is { } codebook)
        {
            figures["commitment_loss"] = codebook.CommitmentLoss;
            figures["used_codes"] = codebook.UsedCodes;
            figures["perplexity"] = codebook.Perplexity;
            figures["revived_codes"] = codebook.Revived;
        }
        if (step.Discriminator is { } discriminator)
        {
            figures["discriminator_loss"] = discriminator.Loss;
            figures["adaptive_weight"] = discriminator.AdaptiveWeight;
        }
        return figures;
    }

    private static Dictionary<string, double> Figures(VqEvaluation result) => result.QuantizedPsnr is { } quantized
        ? new() { ["held_out_psnr"] = result.Psnr, ["held_out_psnr_quantized"] = quantized }
        : new() { ["held_out_psnr"] = result.Psnr };
}
