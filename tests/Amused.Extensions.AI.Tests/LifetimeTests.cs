using Amused.Extensions.AI.Tests.Support;
using Amused.Runtime;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Xunit;

namespace Amused.Extensions.AI.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public async Task A_cancelled_call_ends_within_its_step_and_the_next_one_is_served()
    {
        using var tiny = new TinyGenerator();
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var options = OnStep(() =>
        {
            steps++;
            stop.Cancel();
        });
        var cancelled =
            await Assert.ThrowsAsync<OperationCanceledException>(() => tiny.Generator.GenerateImagesAsync("a fox", options, stop.Token));
        Assert.Equal((1, stop.Token), (steps, cancelled.CancellationToken));
        await tiny.Generator.GenerateImagesAsync("a fox", TinyGenerator.Options());
    }

    [Fact]
    public async Task A_call_that_waits_its_turn_can_be_cancelled()
    {
        using var tiny = new TinyGenerator();
        using var stop = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var running = tiny.Generator.GenerateImagesAsync("a fox", OnStep(gate.Wait));
        var waiting = tiny.Generator.GenerateImagesAsync("a dog", TinyGenerator.Options(), stop.Token);
        stop.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await running;
    }

    [Fact]
    public async Task Calls_from_several_threads_give_what_each_gives_alone()
    {
        using var tiny = new TinyGenerator();
        var calls = Enumerable.Range(0, 8)
            .Select(seed => Task.Run(() => tiny.Generator.GenerateImagesAsync("a fox", TinyGenerator.Options(("seed", seed)))));
        foreach (var (seed, response) in (await Task.WhenAll(calls)).Index())
            tiny.AssertIsOf(new TextToImageRequest("a fox") { Seed = seed, Steps = 2 }, response);
    }

    [Fact]
    public async Task Disposing_stops_what_runs_and_refuses_what_comes_later()
    {
        using var generator = new AmusedImageGenerator(new AmusedOptions { Model = TinyPipeline.Folder256, Precision = Precision.Float32 });
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var running = generator.GenerateImagesAsync("a fox", OnStep(() =>
        {
            started.TrySetResult();
            gate.Wait();
        }));
        await started.Task;
        var disposing = Task.Run(generator.Dispose);
        // The call is held in its first step until the generator knows of its end.
        while (await Record.ExceptionAsync(() => generator.LoadAsync()) is not ObjectDisposedException)
            await Task.Yield();
        gate.Set();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => running);
        await disposing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateImagesAsync("a fox"));
        generator.Dispose();
    }

    [Fact]
    public async Task A_borrowed_pipeline_outlives_its_generator()
    {
        using var pipeline = TinyPipeline.Load256();
        var generator = pipeline.AsIImageGenerator();
        generator.Dispose();
        Assert.Single(pipeline.Generate(new TextToImageRequest("a fox") { Steps = 1 }).Images);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateImagesAsync("a fox"));
    }

    [Fact]
    public async Task A_model_that_failed_to_load_is_tried_again()
    {
        var options = new AmusedOptions { Model = "" };
        using var generator = new AmusedImageGenerator(options);
        Assert.Contains("AmusedOptions.Model",
            (await Assert.ThrowsAsync<InvalidRequestException>(() => generator.GenerateImagesAsync("a fox"))).Message);
        options.Model = TinyPipeline.Folder256 + "-that-is-missing";
        await Assert.ThrowsAnyAsync<AmusedException>(() => generator.GenerateImagesAsync("a fox"));
        options.Model = TinyPipeline.Folder256;
        Assert.Single((await generator.GenerateImagesAsync("a fox", TinyGenerator.Options())).Contents);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_the_model_does_not_stop_its_loading()
    {
        using var generator = new AmusedImageGenerator(new AmusedOptions { Model = TinyPipeline.Folder256, Precision = Precision.Float32 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.LoadAsync(new(canceled: true)));
        var pipelines = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => generator.LoadAsync())));
        Assert.Single(pipelines.Distinct());
    }

    private static ImageGenerationOptions OnStep(Action action)
    {
        var options = TinyGenerator.Options();
        options.RawRepresentationFactory = _ => new TextToImageRequest { OnStep = _ => action() };
        return options;
    }
}
