using Xunit;

namespace Amused.Tests.Weights.Hub;

/// <summary>A hub that takes no more requests for now is left alone for as long as it says.</summary>
public sealed class HubWaitTests : IDisposable
{
    private readonly HubScene scene = new();

    public HubWaitTests() => scene.Hub.WithPipeline("");

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(429, "Retry-After", "7", 7)]
    [InlineData(503, "Retry-After", "7", 7)]
    [InlineData(429, "Retry-After", "Fri, 01 Jan 2027 00:01:30 GMT", 90)]
    [InlineData(429, "Retry-After", "Thu, 31 Dec 2026 23:00:00 GMT", 0)]
    [InlineData(429, "RateLimit", "\"api\";r=0;t=123", 123)]
    [InlineData(429, "RateLimit", "\"resolvers\";r=2200;t=299, \"api\"; r=0; t=12", 12)]
    [InlineData(429, "RateLimit-Reset", "45", 45)]
    [InlineData(429, "RateLimit", "nothing of use", 1)]
    [InlineData(429, "Retry-After", "soon", 1)]
    public async Task A_busy_hub_is_waited_for_as_it_says(int status, string header, string value, int seconds)
    {
        RefuseOnce(status, header, value);

        await scene.SnapshotAsync();

        Assert.Equal([TimeSpan.FromSeconds(seconds)], scene.Waits);
        var notice = Assert.Single(scene.Notices);
        Assert.Contains($"trying again in {seconds} s", notice, StringComparison.Ordinal);
        Assert.Equal(seconds != 1, notice.Contains("the longest wait that is kept is 360 s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("GET")]
    public async Task So_it_is_for_a_single_file(string method)
    {
        RefuseOnce(429, "RateLimit", "\"resolvers\";r=0;t=55", request =>
            request.Method == method && request.Path.EndsWith("vqvae/config.json", StringComparison.Ordinal));
        await scene.SnapshotAsync();
        Assert.Equal([TimeSpan.FromSeconds(55)], scene.Waits);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_left_to_the_user()
    {
        RefuseOnce(429, "Retry-After", "7200");

        var message = await scene.RefusalAsync(tries: 5);

        Assert.Contains("takes no more requests for now: try amused/tiny again in 7200 s", message, StringComparison.Ordinal);
        Assert.Contains("the longest wait that is kept is 360 s", message, StringComparison.Ordinal);
        Assert.Empty(scene.Waits);
    }

    private void RefuseOnce(int status, string header, string value, Func<LocalRequest, bool>? which = null)
    {
        var refusals = 1;
        scene.Hub.Override = request =>
        {
            if (which?.Invoke(request) == false || Interlocked.Decrement(ref refusals) < 0)
                return null;
            var busy = FakeHub.Status(status);
            busy.Headers["Date"] = "Fri, 01 Jan 2027 00:00:00 GMT";
            busy.Headers[header] = value;
            return busy;
        };
    }
}
