using Amused.Runtime;

namespace Amused.Training;

/// <summary>One call of <see cref="Trainer.Run"/>.</summary>
internal sealed class MaskedTokenRun : ITrainingRun
{
    private readonly TrainingConfig config;
    private readonly TrainedModels models;
    private readonly MaskedTokenUpdates updates;
    private readonly int resolution;
    private readonly TrainingHooks hooks;
    private readonly IExampleStream<TokenBatch> examples;
    private readonly TextInputs emptyCaption;
    private readonly BatchLoss loss;
    private readonly HeldOutLoss? heldOut;
    private readonly SpeedMeter speed;

    public MaskedTokenRun(
        TrainingConfig config, TrainedModels models, MaskedTokenUpdates updates, int resolution, TrainingHooks hooks, long step,
        (IExampleStream<TokenBatch> Examples, TextInputs EmptyCaption) data)
    {
        (this.config, this.models, this.updates, this.resolution, this.hooks) = (config, models, updates, resolution, hooks);
        (examples, emptyCaption) = data;
        try
        {
            if (config.MixedPrecision.SlownessOn(models.Models.Device) is { } slowness)
                hooks.Notice?.Invoke(slowness);
            loss = new(models, config, emptyCaption, hooks.Loss);
            heldOut = HeldOutLoss.Open(models, config, resolution);
            speed = new(hooks.Clock, step, config);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long Broken => examples.Broken;

    public UpdateOutcome Update(long step, CancellationToken cancellation)
    {
        var update = updates.Run(step, examples, loss, cancellation);
        // An overflow that only halves the loss scale is a matter of course in fp16.
        var isBad = !double.IsFinite(update.Loss) || (!update.Applied && !(updates.LossScale >= 1));
        return new(update.Loss, isBad, examples.Position, () => hooks.OnStep?.Invoke(speed.Report(step + 1, update, examples.WaitingShare)));
    }

    public void Show(long step)
    {
        if (config.Validation.Prompts.Count == 0 || (step % config.Validation.Every != 0 && step != config.MaxSteps))
            return;
        var (path, grid) = ValidationPictures.Make(models, config, updates.Ema, resolution, step);
        hooks.OnValidation?.Invoke(path, grid);
    }

    public void Judge()
    {
        if (heldOut is not null)
            hooks.OnHeldOut?.Invoke(ValidationPictures.WithoutChance(models, updates.Ema, () => heldOut.Measure(loss)));
    }

    public void Dispose()
    {
        examples.Dispose();
        emptyCaption.Dispose();
        heldOut?.Dispose();
    }
}
