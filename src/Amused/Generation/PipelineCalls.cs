namespace Amused;

/// <summary>
/// The order in which a pipeline's calls come: whole calls one at a time, and within and beside them one forward pass at a time, since each
/// uses every core. What a step's callback calls is part of the call that it belongs to.
/// </summary>
internal sealed class PipelineCalls
{
    /// <summary>Held through a whole call: within it, the weights stay as they are.</summary>
    private readonly SemaphoreSlim calls = new(1);

    /// <summary>Held while the networks compute.</summary>
    private readonly SemaphoreSlim turn = new(1);
    private readonly PipelineThread thread = new();
    private int underWay;
    private int tellingThread;
    private bool closed;

    /// <summary>How many requests step batches have under way.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Whether this thread is within a step's callback.</summary>
    private bool IsTelling => Volatile.Read(ref tellingThread) == Environment.CurrentManagedThreadId;

    /// <summary>Counts the requests that step batches have under way.</summary>
    public void CountUnderWay(int change) => Interlocked.Add(ref underWay, change);

    /// <summary>Makes a whole call.</summary>
    public T InCall<T>(Func<T> call, CancellationToken cancellation = default)
    {
        if (IsTelling)
            return call();
        calls.Wait(cancellation);
        return Released(call);
    }

    /// <summary>Makes a whole call on the pipeline's own thread; the wait for it holds none.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline was disposed of before the call had its turn.</exception>
    public async Task<T> InCallAsync<T>(Func<T> call, CancellationToken cancellation)
    {
        await calls.WaitAsync(cancellation).ConfigureAwait(false);
        if (closed)
        {
            calls.Release();
            throw new ObjectDisposedException(nameof(AmusedPipeline));
        }
        // The turn is given back on that thread, too: those who wait for it may hold every thread of the pool.
        return await thread.Run(() => Released(call), cancellation).ConfigureAwait(false);
    }

    /// <summary>Computes while nothing else does.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is disposed of.</exception>
    public T InTurn<T>(Func<T> work, CancellationToken cancellation)
    {
        turn.Wait(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(AmusedPipeline));
            return work();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Tells a step's callback, in whose calls <see cref="InCall"/> doesn't wait.</summary>
    public void Tell(Action<StepProgress> tell, StepProgress progress)
    {
        var outer = tellingThread;
        Volatile.Write(ref tellingThread, Environment.CurrentManagedThreadId);
        try
        {
            tell(progress);
        }
        finally
        {
            Volatile.Write(ref tellingThread, outer);
        }
    }

    /// <summary>Refuses what must not be done within a step's callback.</summary>
    /// <exception cref="InvalidOperationException">This thread is within one.</exception>
    public void ThrowIfTelling(string message)
    {
        if (IsTelling)
            throw new InvalidOperationException(message);
    }

    /// <summary>Waits for the calls that run, and lets none in from then on.</summary>
    /// <param name="free">Frees what calls need; it is done once.</param>
    public void Close(Action free)
    {
        calls.Wait();
        turn.Wait();
        try
        {
            if (!closed)
            {
                thread.Dispose();
                free();
            }
            closed = true;
        }
        finally
        {
            turn.Release();
            calls.Release();
        }
    }

    private T Released<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        finally
        {
            calls.Release();
        }
    }
}
