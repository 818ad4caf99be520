using System.Collections.Concurrent;
using Xunit;

namespace Amused.Tests;

public sealed class GenerateAsyncTests : IDisposable
{
    private static readonly TextToImageRequest request = new("a dog") { Seed = 1, Steps = 3 };

    private readonly AmusedPipeline pipeline = TinyPipeline.Load256();

    public void Dispose() => pipeline.Dispose();

    [Fact]
    public async Task It_gives_what_Generate_gives_and_tells_each_step_in_order()
    {
        List<int> steps = [], callback = [];
        var result = await pipeline.GenerateAsync(request with { OnStep = step => callback.Add(step.StepsDone) },
            new Told(step => steps.Add(step.StepsDone)));
        Assert.All([steps, callback], told => Assert.Equal([1, 2, 3], told));
        Assert.Equal(pipeline.Generate(request).Images[0].Picture.Pixels, result.Images[0].Picture.Pixels);
    }

    [Fact]
    public async Task Calls_compute_on_one_thread_that_is_not_the_pools_and_wait_without_any()
    {
        using var gate = new ManualResetEventSlim();
        ConcurrentBag<(int Thread, bool IsPool)> threads = [];
        Told told = new(_ =>
        {
            gate.Wait();
            threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
        });
        // More than the pool has threads: if a call held one, this thread, which they start on, would be held by the first.
        var calls = Enumerable.Range(0, 50).Select(_ => pipeline.GenerateAsync(request with { Steps = 1 }, told)).ToList();
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        gate.Set();
        await Task.WhenAll(calls);
        Assert.Equal(50, threads.Count);
        Assert.False(Assert.Single(threads.Distinct()).IsPool);
    }

    [Fact]
    public async Task A_cancelled_call_ends_before_its_next_pass_and_the_next_call_is_served()
    {
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var call = pipeline.GenerateAsync(request, new Told(_ => { steps++; stop.Cancel(); }), stop.Token);
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal((1, stop.Token, true), (steps, error.CancellationToken, call.IsCanceled));
        Assert.Single((await pipeline.GenerateAsync(request)).Images);
    }

    [Fact]
    public async Task A_call_that_waits_its_turn_can_be_cancelled()
    {
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var running = pipeline.GenerateAsync(request, new Told(_ => gate.Wait()));
        var waiting = pipeline.GenerateAsync(request, cancellation: stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        Assert.Single((await running).Images);
    }

    [Fact]
    public async Task What_goes_wrong_comes_out_as_it_was_thrown_and_the_next_call_is_served()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(() => pipeline.GenerateAsync(request with { Steps = -1 }));
        var told = new InvalidTimeZoneException("told");
        Assert.Same(told, await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            pipeline.GenerateAsync(request, new Told(_ => throw told))));
        await Assert.ThrowsAsync<ArgumentNullException>(() => pipeline.GenerateAsync(null!));
        Assert.Single((await pipeline.GenerateAsync(request)).Images);
    }

    [Fact]
    public async Task A_step_may_be_looked_at_as_it_is_told()
    {
        List<int> widths = [];
        await pipeline.GenerateAsync(request, new Told(step => widths.Add(pipeline.Decode(step.Images[0].Predicted).Width)));
        Assert.Equal([32, 32, 32], widths);
    }

    [Fact]
    public async Task Disposing_waits_for_the_running_call_and_refuses_those_that_wait()
    {
        using var started = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var running = pipeline.GenerateAsync(request, new Told(_ => { started.Set(); gate.Wait(); }));
        started.Wait();
        var disposing = Task.Run(pipeline.Dispose);
        Assert.False(disposing.IsCompleted);
        gate.Set();
        Assert.Single((await running).Images);
        await disposing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.GenerateAsync(request));
    }

    /// <summary>Is told on the thread that tells.</summary>
    private sealed class Told(Action<StepProgress> act) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => act(value);
    }
}
