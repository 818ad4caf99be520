using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amused.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Amused.Server.Tests.Engine;

/// <summary>A model that has to be downloaded: <c>far</c>, whose download ends when the test says so.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private const string FarAway = "somebody/far";
    private readonly ConcurrentQueue<TaskCompletionSource<string>> downloads = new();
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(
        RunningServer.Options with { Models = [new("tiny256", RunningServer.Tiny256), new("far", FarAway)] },
        builder => builder.Services.AddSingleton<LocateModel>((model, _, _) => model == FarAway ? Download() : Task.FromResult(model)));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Other_models_go_on_while_one_is_downloaded()
    {
        var waiting = new[] { Ask("far"), Ask("far") };
        var download = await Begun();
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await Ask("tiny256")).Status);
        Assert.DoesNotContain(waiting, request => request.IsCompleted);
        download.SetResult(RunningServer.Tiny512);
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));

        // What has been found is not looked for again.
        await server.Post("api/models/unload?id=far", new { });
        Assert.Equal(200, (await Ask("far")).Status);
        Assert.Empty(downloads);
    }

    [Fact]
    public async Task Who_goes_away_during_a_download_is_let_go_at_once()
    {
        using var stop = new CancellationTokenSource();
        var leaving = server.Engine.FactsAsync("far", stop.Token);
        var download = await Begun();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        download.SetResult(RunningServer.Tiny512);
        Assert.Equal(200, (await Ask("far")).Status);
    }

    [Fact]
    public async Task A_download_that_fails_is_the_requests_answer_and_the_next_one_tries_again()
    {
        var waiting = Ask("far");
        (await Begun()).SetException(new BrokenInputException("the hub is out of reach"));
        var (status, error) = await waiting;
        Assert.Equal((500, "the hub is out of reach"), (status, (string)error["error"]!["message"]!));
        var again = Ask("far");
        (await Begun()).SetResult(RunningServer.Tiny512);
        Assert.Equal(200, (await again).Status);
    }

    private Task<(int Status, JsonNode Body)> Ask(string model) =>
        server.Post("v1/images/generations", new { prompt = "a dog", model, num_inference_steps = 1 });

    private Task<string> Download()
    {
        TaskCompletionSource<string> download = new(TaskCreationOptions.RunContinuationsAsynchronously);
        downloads.Enqueue(download);
        return download.Task;
    }

    private async Task<TaskCompletionSource<string>> Begun()
    {
        TaskCompletionSource<string>? download;
        while (!downloads.TryDequeue(out download))
            await Task.Delay(5);
        return download;
    }
}
