namespace Amused.Server;

/// <summary>The jobs that wait, in the order of their arrival, and no more than a bound. Safe for use by several threads.</summary>
internal sealed class JobQueue(int limit)
{
    private const double FirstGuess = 5;
    private readonly Lock gate = new();
    private readonly List<Job> waiting = [];
    private double secondsPerJob = FirstGuess;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>The jobs that wait, the next one first.</summary>
    public IReadOnlyList<Job> Snapshot()
    {
        lock (gate)
            return [.. waiting];
    }

    /// <summary>How many jobs wait before this one; −1 when it doesn't wait.</summary>
    public int PositionOf(Job job)
    {
        lock (gate)
            return waiting.IndexOf(job);
    }

    /// <summary>Appends a job.</summary>
    /// <exception cref="QueueFullException">As many wait as may.</exception>
    public void Add(Job job)
    {
        lock (gate)
        {
            if (waiting.Count >= limit)
                throw new QueueFullException(waiting.Count,
                    TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(secondsPerJob * waiting.Count / 2), 1, 60)));
            waiting.Add(job);
        }
    }

    /// <summary>Takes a job out.</summary>
    public bool Remove(Job job)
    {
        lock (gate)
            return waiting.Remove(job);
    }

    /// <summary>Learns how fast jobs go, for <see cref="QueueFullException"/>.</summary>
    /// <param name="seconds">What lay between the ends of this job and of the one before.</param>
    public void Learn(double seconds)
    {
        lock (gate)
            secondsPerJob = 0.8 * secondsPerJob + 0.2 * seconds;
    }
}
