namespace Amused.Server;

/// <summary>A request on its way through the server. Safe for use by several threads.</summary>
public sealed class Job
{
    private readonly Lock gate = new();
    private readonly List<JobListener> listeners = [];
    private readonly CancellationTokenSource cancellation = new();
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private JobState state = new(JobStatus.Queued, null, null, null);

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
    public DateTimeOffset? Started => Snapshot().Started;

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended => Snapshot().Ended;

    /// <summary>Where it stands.</summary>
    public JobStatus Status => Snapshot().Status;

    /// <summary>The last thing that happened to it; null while it waits.</summary>
    public JobEvent? Last => Snapshot().Last;

    /// <summary>Ends when the job has ended, however that was; it doesn't fail.</summary>
    public Task Completion => completion.Task;

    /// <summary>Cancelled when nobody wants the job any more.</summary>
    internal CancellationToken Cancellation => cancellation.Token;

    /// <summary>
    /// All that changes, as it is at one moment: whoever needs two of these takes them from here, as the job goes on between two questions.
    /// </summary>
    public JobState Snapshot()
    {
        lock (gate)
            return state;
    }

    /// <summary>Asks for the job's end, within a step; without effect when it has ended.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            if (!state.HasEnded)
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
            if (state.HasEnded)
                listener.Tell(state.Last!, isLast: true);
            else
                listeners.Add(listener);
        }
        return listener;
    }

    internal bool HasEnded => Snapshot().HasEnded;

    internal bool WantsPreview(int step, int steps)
    {
        lock (gate)
            return listeners.Any(listener => listener.WantsPreview(step, steps));
    }

    internal void Tell(JobEvent happened)
    {
        lock (gate)
        {
            if (state.HasEnded)
                return;
            state = state.After(happened, time.GetUtcNow());
            foreach (var listener in listeners)
                listener.Tell(happened, state.HasEnded);
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
