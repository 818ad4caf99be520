namespace Amused.Training.Logging;

/// <summary>How fast a run is and how long it still takes, measured over the last steps, so that a slow start is soon forgotten.</summary>
public sealed class ProgressMeter
{
    private readonly TimeProvider clock;
    private readonly int window;
    private readonly Queue<(long Time, long Steps, long Images)> marks = []; // the last ones, oldest first
    private long images;
    private long skipped; // ticks of the clock

    /// <summary>Starts the clock.</summary>
    /// <param name="totalSteps">How many steps the run has in all.</param>
    /// <param name="step">The step that it starts from: 0 for a new run.</param>
    /// <param name="window">Over how many steps speed is measured; at least 1.</param>
    /// <param name="clock">The clock; null: the system's.</param>
    public ProgressMeter(long totalSteps, long step = 0, int window = 50, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        (TotalSteps, Step, this.window, this.clock) = (totalSteps, step, window, clock ?? TimeProvider.System);
        Mark();
    }

    /// <summary>How many steps the run has in all.</summary>
    public long TotalSteps { get; }

    /// <summary>How many are done.</summary>
    public long Step { get; private set; }

    /// <summary>Images trained on per second; 0 until a step is done.</summary>
    public double ImagesPerSecond => Seconds > 0 ? (images - marks.Peek().Images) / Seconds : 0;

    /// <summary>Seconds that a step takes; 0 until one is done.</summary>
    public double SecondsPerStep => Step > marks.Peek().Steps ? Seconds / (Step - marks.Peek().Steps) : 0;

    /// <summary>How long the rest takes at this speed; null until a step is done.</summary>
    public TimeSpan? TimeLeft => SecondsPerStep > 0 ? TimeSpan.FromSeconds(SecondsPerStep * Math.Max(0, TotalSteps - Step)) : null;

    private long Time => clock.GetTimestamp() - skipped;

    private double Seconds => clock.GetElapsedTime(marks.Peek().Time, marks.Last().Time).TotalSeconds;

    /// <summary>Counts a step that has just ended.</summary>
    /// <param name="images">How many images it saw.</param>
    public void Advance(int images)
    {
        Step++;
        this.images += images;
        Mark();
        if (marks.Count > window + 1)
            marks.Dequeue();
    }

    /// <summary>Leaves the time since the last step out of the count: it went into something else, such as validation pictures or a checkpoint.</summary>
    public void Skip() => skipped += Time - marks.Last().Time;

    private void Mark() => marks.Enqueue((Time, Step, images));
}
