namespace Amused.Training;

/// <summary>How fast a run is since it was started or resumed, and how long it will take at that speed if every pixel takes as long as those so far.</summary>
internal sealed class VqSpeed(TimeProvider clock, VqTrainingConfig config)
{
    private readonly long started = clock.GetTimestamp();
    private long phaseStarted, pictures;
    private double pixels;

    private TimeSpan Elapsed => clock.GetElapsedTime(started);

    public void BeginPhase() => (phaseStarted, pictures) = (clock.GetTimestamp(), 0);

    /// <summary>Adds to a report what only the run knows.</summary>
    /// <param name="report">What the step came to.</param>
    /// <param name="phase">Its phase.</param>
    /// <param name="stepsLeft">How many steps of the phase are left.</param>
    /// <param name="waitingShare">The share of the phase's time that was spent waiting for pictures.</param>
    public VqStepReport Complete(VqStepReport report, VqPhase phase, long stepsLeft, double waitingShare)
    {
        pictures += report.Pictures;
        pixels += Pixels(phase);
        var inPhase = clock.GetElapsedTime(phaseStarted).TotalSeconds;
        var left = stepsLeft * Pixels(phase) + config.Phases.SkipWhile(one => one != phase).Skip(1).Sum(one => one.Steps * Pixels(one));
        return report with
        {
            Steps = config.MaxSteps, ImagesPerSecond = inPhase > 0 ? pictures / inPhase : 0, WaitingShare = waitingShare, Remaining = Elapsed * (left / pixels),
        };
    }

    /// <summary>The pixels of a step.</summary>
    private double Pixels(VqPhase phase) => phase.BatchSize * Math.Pow(phase.CropSize ?? config.Data.Resolution, 2);
}
