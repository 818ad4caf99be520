using System.Threading.Channels;

namespace Amused.Server;

/// <summary>One who listens to a job; a slow one gets fewer events, but always the last.</summary>
public sealed class JobListener : IDisposable
{
    private const int EventsKept = 16;

    private readonly Channel<JobEvent> events =
        Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(EventsKept) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Job job;

    internal JobListener(Job job, Func<int, int, bool> wantsPreview) => (this.job, WantsPreview) = (job, wantsPreview);

    /// <summary>All that happens until the job's end.</summary>
    public IAsyncEnumerable<JobEvent> ReadAllAsync(CancellationToken stop) => events.Reader.ReadAllAsync(stop);

    /// <summary>Listens no more.</summary>
    public void Dispose() => job.Forget(this);

    internal Func<int, int, bool> WantsPreview { get; }

    internal void Tell(JobEvent happened, bool isLast)
    {
        events.Writer.TryWrite(happened);
        if (isLast)
            events.Writer.TryComplete();
    }
}
