using System.Collections.Concurrent;

namespace Amused;

/// <summary>
/// A thread on which a pipeline's asynchronous calls compute, one after the other, so that minutes of arithmetic hold none of the thread
/// pool's. It is started at the first of them.
/// </summary>
/// <remarks>One thread for all calls, as each new one that computes has libtorch's OpenMP make a team of threads for it.</remarks>
internal sealed class PipelineThread : IDisposable
{
    private readonly BlockingCollection<Action> calls = [];
    private readonly Lazy<Thread> thread;

    public PipelineThread() => thread = new(Start);

    /// <summary>Runs work there.</summary>
    /// <returns>What comes of it; what awaits it goes on elsewhere.</returns>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellation)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = thread.Value;
        calls.Add(() => Complete(done, work, cancellation), CancellationToken.None);
        return done.Task;
    }

    /// <summary>Lets the thread end after what it was given.</summary>
    public void Dispose() => calls.CompleteAdding();

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work, CancellationToken cancellation)
    {
        try
        {
            done.SetResult(work());
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            done.SetCanceled(cancellation);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private Thread Start()
    {
        Thread started = new(() =>
        {
            foreach (var call in calls.GetConsumingEnumerable())
                call();
        })
        { Name = "Amused pipeline", IsBackground = true };
        started.Start();
        return started;
    }
}
