using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Amused.Training;

/// <summary>
/// Works on a sequence ahead of its consumer: one thread goes through the sequence, several do the work, and results are taken in the sequence's
/// order, however long each took. What fails, fails when its turn comes.
/// </summary>
/// <remarks>Threads of its own instead of the pool's: work that waits for files must not hold up others', nor wait for them.</remarks>
internal sealed class OrderedPrefetch<TIn, TOut> : IDisposable
{
    private readonly BlockingCollection<Slot> ordered;
    private readonly BlockingCollection<Slot> open = [];
    private readonly CancellationTokenSource stop = new();
    private readonly List<Thread> threads = [];
    private readonly Func<TIn, TOut> work;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="sequence">Gone through once, on one thread.</param>
    /// <param name="work">Called on several threads.</param>
    /// <param name="workers">How many.</param>
    /// <param name="ahead">How many results may be ready or in work at most.</param>
    public OrderedPrefetch(IEnumerable<TIn> sequence, Func<TIn, TOut> work, int workers, int ahead)
    {
        this.work = work;
        ordered = new(Math.Max(ahead, workers));
        Start("data source", () => Produce(sequence));
        for (int i = 0; i < workers; i++)
            Start("data worker", Work);
    }

    /// <summary>Waits for the next result.</summary>
    /// <returns>False at the end of the sequence.</returns>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    public bool TryTake(out TOut result, CancellationToken cancellation)
    {
        result = default!;
        failure?.Throw();
        if (!ordered.TryTake(out var slot, Timeout.Infinite, cancellation))
            return false;
        try
        {
            result = slot.Result.Task.WaitAsync(cancellation).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Whoever asks again is told again, instead of being given what comes after.
            failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }

    /// <summary>Stops the threads and waits until they have ended.</summary>
    public void Dispose()
    {
        if (stop.IsCancellationRequested)
            return;
        stop.Cancel();
        threads.ForEach(thread => thread.Join());
        ordered.Dispose();
        open.Dispose();
        stop.Dispose();
    }

    private void Start(string name, Action body)
    {
        Thread thread = new(() => UntilStopped(body)) { IsBackground = true, Name = name };
        threads.Add(thread);
        thread.Start();
    }

    private static void UntilStopped(Action body)
    {
        try
        {
            body();
        }
        catch (OperationCanceledException)
        {
            // Disposed of: nobody waits any more.
        }
    }

    private void Produce(IEnumerable<TIn> sequence)
    {
        try
        {
            foreach (var item in sequence)
            {
                Slot slot = new(item);
                ordered.Add(slot, stop.Token);
                open.Add(slot, stop.Token);
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Slot slot = new(default!);
            slot.Result.SetException(e);
            ordered.Add(slot, stop.Token);
        }

        ordered.CompleteAdding();
        open.CompleteAdding();
    }

    private void Work()
    {
        foreach (var slot in open.GetConsumingEnumerable(stop.Token))
        {
            try
            {
                slot.Result.SetResult(work(slot.Item));
            }
            catch (Exception e)
            {
                slot.Result.SetException(e);
            }
        }
    }

    private sealed record Slot(TIn Item)
    {
        // The consumer's continuation must not run on a worker.
        public TaskCompletionSource<TOut> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
