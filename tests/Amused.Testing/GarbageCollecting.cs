namespace Amused.Testing;

/// <summary>Collects garbage without end, beside a test, until it is disposed of.</summary>
public sealed class GarbageCollecting : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task collector;

    public GarbageCollecting() => collector = Task.Run(() =>
    {
        while (!stop.IsCancellationRequested)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
    });

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await collector;
        stop.Dispose();
    }
}
