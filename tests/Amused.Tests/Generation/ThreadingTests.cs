using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

public sealed class ThreadingTests
{
    [Fact]
    public async Task Calls_from_several_threads_give_each_what_it_gives_alone()
    {
        using var pipeline = TinyPipeline.Load256();
        var requests = Enumerable.Range(0, 8)
            .Select(i => new TextToImageRequest($"a dog number {i}") { Seed = i, GuidanceScale = i % 2 == 0 ? 1 : 5 }).ToList();
        var alone = requests.Select(request => pipeline.Tokens(request).Single()).ToList();
        TokenGrid[] together = await Task.WhenAll(requests.Select(request => Task.Run(() => pipeline.Tokens(request).Single())));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void A_callback_may_call_the_pipeline_but_not_dispose_of_it()
    {
        using var pipeline = TinyPipeline.Load256();
        var request = new TextToImageRequest("a dog") { Seed = 1, Steps = 3 };
        var alone = pipeline.Tokens(request).Single();
        List<int> widths = [];
        var withPreviews = pipeline.Tokens(request with { OnStep = step => widths.Add(pipeline.Decode(step.Images[0].Predicted).Width) })
            .Single();
        Assert.Equal([32, 32, 32], widths);
        Assert.Equal(alone, withPreviews);
        Assert.Throws<InvalidOperationException>(() => pipeline.Tokens(request with { OnStep = _ => pipeline.Dispose() }));
        Assert.Equal(alone, pipeline.Tokens(request).Single());
    }

    [Fact]
    public async Task Disposing_waits_for_a_running_call_and_refuses_later_ones()
    {
        var pipeline = TinyPipeline.Load256();
        using var started = new ManualResetEventSlim();
        var running = Task.Run(() => pipeline.Tokens(new TextToImageRequest("a dog") { OnStep = _ => started.Set() }));
        started.Wait();
        pipeline.Dispose();
        Assert.Single(await running);
        Assert.Throws<ObjectDisposedException>(() => pipeline.Tokens(new TextToImageRequest("a dog")));
    }
}
