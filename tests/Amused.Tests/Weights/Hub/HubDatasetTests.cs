using System.Collections.Concurrent;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubDatasetTests : IDisposable
{
    private readonly TemporaryFolder cache = new();
    private readonly FakeHub hub = new() { IsDataset = true };
    private readonly ConcurrentQueue<string> notices = [];

    public HubDatasetTests() => hub.Add("data/train-0.parquet", "train").Add("data/test-0.parquet", "test").Add("README.md", "about");

    public void Dispose()
    {
        hub.Dispose();
        cache.Dispose();
    }

    [Fact]
    public async Task Only_the_chosen_files_come_and_lie_where_the_hubs_own_client_looks_for_them()
    {
        var (folder, files) = await FetchAsync();
        Assert.Equal(Path.Combine(cache.Path, "datasets--amused--tiny", "snapshots", FakeHub.Commit), folder);
        Assert.Equal(["data/train-0.parquet"], files);
        Assert.Equal("train", File.ReadAllText(Path.Combine(folder, files[0])));
        Assert.Single(hub.Downloads);

        await FetchAsync();
        Assert.Single(hub.Downloads);
    }

    [Fact]
    public async Task Without_the_hub_what_the_cache_has_is_used_and_told()
    {
        await FetchAsync();
        hub.Dispose();
        Assert.Equal(["data/train-0.parquet"], (await FetchAsync()).Files);
        Assert.Contains("the 1 cached files of amused/tiny are used", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(["data/train-0.parquet"], (await FetchAsync(offline: true)).Files);
    }

    [Fact]
    public async Task What_is_not_there_is_called_a_data_set_in_one_line()
    {
        hub.Override = _ => FakeHub.Status(404, "RepoNotFound");
        Assert.Contains("there is no data set amused/tiny", (await Assert.ThrowsAsync<BrokenInputException>(() => FetchAsync())).Message,
            StringComparison.Ordinal);
        Assert.Contains("nothing of the data set",
            (await Assert.ThrowsAsync<BrokenInputException>(() => FetchAsync(offline: true))).Message, StringComparison.Ordinal);
    }

    private async Task<(string Folder, IReadOnlyList<string> Files)> FetchAsync(bool offline = false)
    {
        using HubClient client = new(null, _ => null, new BackOff(2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)));
        HubOptions options = new() { CacheFolder = cache.Path, Endpoint = hub.Address, Notice = notices.Enqueue, Offline = offline };
        return await client.DatasetAsync(
            FakeHub.Id, files =>
                [.. files.Where(file => file.Contains("train", StringComparison.Ordinal))], options, TestContext.Current.CancellationToken);
    }
}
