namespace Amused.Server;

/// <summary>Where a job stands at one moment.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Last">The last thing that happened to it; null while it waits.</param>
/// <param name="Started">When its steps began.</param>
/// <param name="Ended">When it ended.</param>
public sealed record JobState(JobStatus Status, JobEvent? Last, DateTimeOffset? Started, DateTimeOffset? Ended)
{
    internal bool HasEnded => Status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>How many steps have run, and how many run in all; null before the first. It stays when the job has ended.</summary>
    internal (int Done, int All)? Steps { get; private init; }

    internal JobState After(JobEvent happened, DateTimeOffset now)
    {
        var status = happened switch
        {
            JobEvent.Finished => JobStatus.Done,
            JobEvent.Failed => JobStatus.Failed,
            JobEvent.Cancelled => JobStatus.Cancelled,
            _ => JobStatus.Running,
        };
        var next = this with
        {
            Status = status,
            Last = happened,
            Started = happened is JobEvent.Started ? now : Started,
            Steps = happened is JobEvent.Stepped { Progress: var progress } ? (progress.StepsDone, progress.StepCount) : Steps,
        };
        return next.HasEnded ? next with { Ended = now } : next;
    }
}
