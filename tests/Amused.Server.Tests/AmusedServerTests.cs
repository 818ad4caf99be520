using System.Net;
using System.Net.Sockets;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests;

public sealed class AmusedServerTests
{
    [Fact]
    public async Task An_address_that_is_not_this_machines_is_said_in_one_line() =>
        // Set aside for documentation, so that no machine has it.
        await RefusesToListenAt("http://192.0.2.1:8080");

    [Fact]
    public async Task An_address_that_is_taken_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await RefusesToListenAt($"http://{taken.LocalEndpoint}");
    }

    [Fact]
    public void A_folder_that_is_no_checkpoint_is_refused_before_the_server_listens()
    {
        using TemporaryFolder folder = new();
        var error = Assert.Throws<BrokenInputException>(() =>
            AmusedServer.Create(RunningServer.Options with { Models = [new("mine", folder.Path)] }));
        Assert.Contains("has no model_index.json", error.Message);
    }

    private static async Task RefusesToListenAt(string url)
    {
        await using var server = AmusedServer.Create(RunningServer.Options with { Urls = [url], AllowAnyone = true, LoadAtStart = false });
        var error = await Assert.ThrowsAsync<BrokenInputException>(() => server.StartAsync());
        Assert.StartsWith($"cannot listen at {url}: ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
