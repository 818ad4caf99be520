using Amused.Server.Tests.Support;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Server.Tests.Models;

public sealed class ModelFoldersTests : IDisposable
{
    private readonly List<TaskCompletionSource<string>> searches = [];
    private readonly List<(string Model, HubOptions Options)> asked = [];
    private readonly SemaphoreSlim begun = new(0);
    private readonly ModelFolders folders;

    public ModelFoldersTests() => folders = new(
        RunningServer.Options with { Models = [new("far", "somebody/far")],
            Loading = new() { Variant = "fp16", Hub = new() { Revision = "v1" } } }, Search);

    public void Dispose() => folders.Dispose();

    [Fact]
    public async Task All_who_ask_share_a_search_and_what_it_found()
    {
        var (first, second) = (folders.FindAsync("far", default), folders.FindAsync("far", default));
        await begun.WaitAsync();
        Assert.Throws<InvalidOperationException>(() => folders["far"]);
        searches[0].SetResult("folder");
        Assert.Equal(["folder", "folder", "folder"], [await first, await second, await folders.FindAsync("far", default)]);
        Assert.Equal("folder", folders["far"]);
        var (model, options) = Assert.Single(asked);
        Assert.Equal(("somebody/far", "fp16", "v1"), (model, options.Variant, options.Revision));
    }

    [Fact]
    public async Task Who_gives_up_waits_no_longer_and_the_others_go_on()
    {
        using var stop = new CancellationTokenSource();
        var (leaving, staying) = (folders.FindAsync("far", stop.Token), folders.FindAsync("far", default));
        await begun.WaitAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.False(staying.IsCompleted);
        searches[0].SetResult("folder");
        Assert.Equal("folder", await staying);
    }

    [Fact]
    public async Task A_search_that_fails_says_why_to_all_who_wait_and_is_tried_again_for_the_next()
    {
        var waiting = new[] { folders.FindAsync("far", default), folders.FindAsync("far", default) };
        await begun.WaitAsync();
        searches[0].SetException(new BrokenInputException("the hub is out of reach"));
        foreach (var search in waiting)
            Assert.Equal("the hub is out of reach", (await Assert.ThrowsAsync<BrokenInputException>(() => search)).Message);
        var again = folders.FindAsync("far", default);
        await begun.WaitAsync();
        searches[1].SetResult("folder");
        Assert.Equal("folder", await again);
    }

    [Fact]
    public async Task The_end_gives_a_search_up()
    {
        var search = folders.FindAsync("far", default);
        await begun.WaitAsync();
        folders.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    private Task<string> Search(string model, HubOptions options, CancellationToken cancellation)
    {
        TaskCompletionSource<string> search = new(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellation.Register(() => search.TrySetCanceled(cancellation));
        searches.Add(search);
        asked.Add((model, options));
        begun.Release();
        return search.Task;
    }
}
