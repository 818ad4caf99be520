namespace Amused.Server.Engine;

/// <summary>A request on its way through the server. Safe for use by several threads.</summary>
public sealed class Job
{
    private readonly Lock gate = new();
    private readonly List<JobListener> listeners = [];
    private readonly CancellationTokenSource cancellation = new();
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private JobEvent? last;

    internal Job(JobRequest request, TimeProvider time)
    {
        (Request, this.time) = (request, time);
        Submitted = time.GetUtcNow();
    }

    /// <summary>Its name: 128 bits of chance in hexadecimal digits.</summary>
    public string Id { get; } = RandomName.Create();

    /// <summary>What is to be made.</summary>
    public JobRequest Request { get; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset Submitted { get; }

    /// <summary>When its steps began.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>Where it stands.</summary>
    public JobStatus Status { get; private set; } = JobStatus.Queued;

    /// <summary>The last thing that happened to it; null while it waits.</summary>
    public JobEvent? Last
    {
        get
        {
            lock (gate)
                return last;
        }
    }

    /// <summary>Ends when the job has ended, however that was; it doesn't fail.</summary>
    public Task Completion => completion.Task;

    /// <summary>Cancelled when nobody wants the job any more.</summary>
    internal CancellationToken Cancellation => cancellation.Token;

    /// <summary>Asks for the job's end, within a step; without effect when it has ended.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            if (Status is JobStatus.Queued or JobStatus.Running)
                cancellation.Cancel();
        }
    }

    /// <summary>The pictures.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<JobResult> ResultAsync()
    {
        await Completion;
        switch (Last)
        {
            case JobEvent.Finished finished:
                return finished.Result;
            case JobEvent.Failed failed:
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.Cause);
                break;
        }
        throw new OperationCanceledException();
    }

    /// <summary>Listens from now on: all that happens until the job's end, and that end alone when it has ended.</summary>
    /// <param name="wantsPreview">Whether the listener wants to see the picture after a step, of all its steps; null: never.</param>
    public JobListener Listen(Func<int, int, bool>? wantsPreview = null)
    {
        var listener = new JobListener(this, wantsPreview ?? ((_, _) => false));
        lock (gate)
        {
            if (HasEnded)
                listener.Tell(last!, isLast: true);
            else
                listeners.Add(listener);
        }
        return listener;
    }

    internal bool HasEnded => Status is JobStatus.Done or JobStatus.Failed or JobStatus.Cancelled;

    internal bool WantsPreview(int step, int steps)
    {
        lock (gate)
            return listeners.Any(listener => listener.WantsPreview(step, steps));
    }

    internal void Tell(JobEvent happened)
    {
        lock (gate)
        {
            if (HasEnded)
                return;
            last = happened;
            Status = happened switch
            {
                JobEvent.Finished => JobStatus.Done,
                JobEvent.Failed => JobStatus.Failed,
                JobEvent.Cancelled => JobStatus.Cancelled,
                _ => JobStatus.Running,
            };
            if (happened is JobEvent.Started)
                Started = time.GetUtcNow();
            if (HasEnded)
                Ended = time.GetUtcNow();
            foreach (var listener in listeners)
                listener.Tell(happened, HasEnded);
        }
        if (HasEnded)
            completion.TrySetResult();
    }

    internal void Forget(JobListener listener)
    {
        lock (gate)
            listeners.Remove(listener);
    }
}
