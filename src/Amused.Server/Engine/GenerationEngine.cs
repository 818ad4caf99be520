using System.Collections.Concurrent;
using System.Diagnostics;
using Amused.Runtime;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>
/// The one thread that computes: between two steps it lets go of what was cancelled, lets waiting jobs join in the order of their arrival,
/// and hands finished ones on.
/// </summary>
internal sealed partial class GenerationEngine : IDisposable
{
    private const int RoundsPerTrim = 8;

    private readonly JobQueue queue;
    private readonly ModelManager models;
    private readonly ModelFolders folders;
    private readonly JobFinisher finisher;
    private readonly ServerMetrics metrics;
    private readonly ILogger<GenerationEngine> logger;
    private readonly TimeProvider time;
    private readonly int batchLimit;
    private readonly ConcurrentQueue<Action> errands = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private volatile bool draining;
    private long rounds;

    public GenerationEngine(
        ServerOptions options, ModelManager models, ModelFolders folders, JobFinisher finisher, ServerMetrics metrics, TimeProvider time,
        ILogger<GenerationEngine> logger)
    {
        (this.models, this.folders, this.finisher, this.metrics, this.time, this.logger) =
            (models, folders, finisher, metrics, time, logger);
        (queue, batchLimit) = (new(options.QueueLimit), options.BatchLimit);
        metrics.Observe(() => queue.Count, () => models.Loaded.Sum(model => model.ImagesRunning));
        thread = new(Run) { Name = "engine", IsBackground = true };
        thread.Start();
    }

    /// <summary>Whether new jobs are refused.</summary>
    public bool IsDraining => draining;

    /// <summary>How many jobs wait.</summary>
    public int Waiting => queue.Count;

    /// <summary>How many jobs wait before this one; −1 when it doesn't wait.</summary>
    public int PositionOf(Job job) => queue.PositionOf(job);

    /// <summary>Takes a job in.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="prepare">Is given the job before anything happens to it, to listen.</param>
    /// <exception cref="UnavailableException">The queue is full, or the server is about to stop.</exception>
    public Job Submit(JobRequest request, Action<Job>? prepare = null)
    {
        if (draining)
            throw new StoppingException();
        var job = new Job(request, time);
        prepare?.Invoke(job);
        finisher.Expect(job, Activity.Current?.Context ?? default);
        try
        {
            queue.Add(job);
        }
        catch (QueueFullException)
        {
            metrics.Refused();
            finisher.Forget(job);
            throw;
        }
        job.Cancellation.Register(Wake);
        Wake();
        return job;
    }

    /// <summary>
    /// What is known of a model, which is downloaded and loaded for it if need be. A request asks for it before it becomes a job, so that
    /// no job of a model waits for a download.
    /// </summary>
    /// <remarks>
    /// Where it has no room beside one that is at work it is let go again at once, but is known from then on; its jobs wait for room.
    /// </remarks>
    public async Task<ModelFacts> FactsAsync(string id, CancellationToken cancellation) =>
        models.FactsOf(id) ?? await WithFolder(id, () => models.Get(id, stop.Token)?.Facts ?? models.FactsOf(id)!, cancellation);

    /// <summary>Loads a model.</summary>
    /// <returns>False when there is no room beside those at work.</returns>
    public Task<bool> LoadAsync(string id, CancellationToken cancellation) =>
        WithFolder(id, () => models.Get(id, stop.Token) is not null, cancellation);

    /// <summary>Unloads a model.</summary>
    /// <returns>False when it is at work.</returns>
    public Task<bool> UnloadAsync(string id, CancellationToken cancellation) => Do(() => models.Unload(id), cancellation);

    /// <summary>Refuses new jobs and waits for those that are there.</summary>
    public Task DrainAsync()
    {
        draining = true;
        return finisher.AllEnded;
    }

    /// <summary>Stops the thread at the next step, and frees the models.</summary>
    public void Dispose()
    {
        draining = true;
        stop.Cancel();
        Wake();
        thread.Join();
        foreach (var model in models.Loaded)
            foreach (var job in model.Running.ToList())
                End(model, job, new JobEvent.Cancelled());
        foreach (var job in queue.Snapshot())
            Drop(job, new JobEvent.Cancelled());
        models.Dispose();
    }

    /// <summary>Does something with a model's folder, once it is there.</summary>
    private async Task<T> WithFolder<T>(string id, Func<T> errand, CancellationToken cancellation)
    {
        await folders.FindAsync(id, cancellation);
        return await Do(errand, cancellation);
    }

    private Task<T> Do<T>(Func<T> errand, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        errands.Enqueue(() =>
        {
            try
            {
                done.TrySetResult(errand());
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        Wake();
        return done.Task.WaitAsync(cancellation);
    }

    private void Wake() => work.Release();

    private void Run()
    {
        while (!stop.IsCancellationRequested)
        {
            if (!Round())
                work.Wait();
        }
    }

    /// <summary>One step of all that runs.</summary>
    /// <returns>Whether anything ran.</returns>
    private bool Round()
    {
        while (errands.TryDequeue(out var errand))
            errand();
        foreach (var job in queue.Snapshot().Where(job => job.Cancellation.IsCancellationRequested))
            Drop(job, new JobEvent.Cancelled());
        Admit();
        var busy = models.Loaded.Where(model => !model.IsIdle).ToList();
        busy.ForEach(Advance);
        // Under load there is no pause, and batches of ever other sizes leave holes: over five minutes with 64 clients the process grew
        // from 1.3 to 3.3 GB.
        if (busy.Count > 0 && (++rounds % RoundsPerTrim == 0 || busy.TrueForAll(model => model.IsIdle)))
            NativeHeap.ReturnFreePages();
        return busy.Count > 0;
    }

    /// <summary>Lets jobs join, none before one of the same model that came earlier.</summary>
    private void Admit()
    {
        HashSet<string> blocked = [];
        foreach (var job in queue.Snapshot().Where(job => !blocked.Contains(job.Request.Model)))
        {
            try
            {
                // A model that waits for room isn't overtaken by any other, or it might wait for ever.
                if (models.Get(job.Request.Model, stop.Token) is not { } model)
                    return;
                if (!model.CanTake(job.Request, batchLimit))
                    blocked.Add(job.Request.Model);
                else if (queue.Remove(job))
                    model.Start(job);
            }
            catch (Exception e)
            {
                Drop(job, new JobEvent.Failed(e));
            }
        }
    }

    private void Advance(LoadedModel model)
    {
        Release(model);
        if (model.IsIdle)
            return;
        try
        {
            model.Step();
        }
        catch (Exception e)
        {
            LogStepFailed(e);
            foreach (var job in model.Running.ToList())
                End(model, job, new JobEvent.Failed(e));
        }
        Release(model);
        foreach (var job in model.Running.Where(job => job.Generation.Done).ToList())
            Finish(model, job);
    }

    /// <summary>Lets go of what nobody waits for any more.</summary>
    private void Release(LoadedModel model)
    {
        foreach (var job in model.Running.Where(job => job.Job.Cancellation.IsCancellationRequested).ToList())
            End(model, job, new JobEvent.Cancelled());
    }

    private void Finish(LoadedModel model, RunningJob running)
    {
        try
        {
            var result = model.Finish(running);
            model.Leave(running);
            finisher.Finish(running.Job, result, model.Facts);
        }
        catch (OperationCanceledException)
        {
            End(model, running, new JobEvent.Cancelled());
        }
        catch (Exception e)
        {
            End(model, running, new JobEvent.Failed(e));
        }
        queue.Learn((time.GetUtcNow() - (running.Job.Started ?? running.Job.Submitted)).TotalSeconds / Math.Max(1,
            model.Running.Count + 1));
    }

    private void End(LoadedModel model, RunningJob running, JobEvent end)
    {
        model.Leave(running);
        finisher.End(running.Job, end);
    }

    private void Drop(Job job, JobEvent end)
    {
        queue.Remove(job);
        finisher.End(job, end);
    }

    [LoggerMessage(LogLevel.Error, "A step failed, and with it all that took part in it")]
    private partial void LogStepFailed(Exception cause);
}
