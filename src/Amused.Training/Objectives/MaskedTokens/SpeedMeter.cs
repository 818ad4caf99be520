namespace Amused.Training;

/// <summary>How fast a run is since it was started or resumed.</summary>
internal sealed class SpeedMeter(TimeProvider clock, long firstStep, TrainingConfig config)
{
    private readonly long started = clock.GetTimestamp();

    public StepReport Report(long step, MaskedTokenUpdate outcome, double waitingShare)
    {
        var perStep = clock.GetElapsedTime(started) / (step - firstStep);
        var pictures = (double)config.BatchSize * config.GradientAccumulationSteps;
        return new(
            step, config.MaxSteps, outcome.Loss, outcome.LearningRate, outcome.GradientNorm, outcome.Applied,
            perStep > TimeSpan.Zero ? pictures / perStep.TotalSeconds : 0, waitingShare, perStep * (config.MaxSteps - step));
    }
}
