using System.Net;
using System.Net.Sockets;
using System.Text;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Safety;

public sealed class RequestGuardTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(RunningServer.Options with
    {
        ApiKeys = ["sk-right", "sk-other"],
        Limits = new() { BodyBytes = 200_000, PicturePixels = 10_000, PromptLength = 100 },
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("Bearer sk-right", 200)]
    [InlineData("Bearer sk-other", 200)]
    [InlineData("bearer sk-right", 200)]
    [InlineData("Bearer sk-righ", 401)]
    [InlineData("Bearer sk-right2", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Basic sk-right", 401)]
    [InlineData(null, 401)]
    public async Task Only_a_key_opens_the_interface(string? authorization, int status)
    {
        foreach (var path in new[] { "v1/models", "api/jobs", "api/models", "api/history" })
            Assert.Equal(path == "api/history" && status == 200
                ? 404
                : status, await Status(HttpMethod.Get, path, ("Authorization", authorization)));
    }

    [Fact]
    public async Task Health_the_page_and_the_description_need_no_key()
    {
        foreach (var path in new[] { "", "healthz", "info", "openapi/v1.json", "docs" })
            Assert.Equal(200, await Status(HttpMethod.Get, path));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 404)]
    [InlineData("Origin", null, 404)]
    public async Task Pages_of_other_origins_change_nothing(string header, string? value, int status) =>
        Assert.Equal(status, await Status(HttpMethod.Delete, "api/jobs/x", (header, value), ("Authorization", "Bearer sk-right")));

    [Fact]
    public async Task The_servers_own_page_may_change_things_and_others_may_not_read()
    {
        Assert.Equal(404, await Status(HttpMethod.Delete, "api/jobs/x", ("Origin", server.Address.ToString().TrimEnd('/')),
            ("Authorization", "Bearer sk-right")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "healthz") { Headers = { { "Origin", "http://evil.example" } } };
        using var answer = await server.Client.SendAsync(request);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_name_that_points_here_from_elsewhere_is_not_answered() =>
        Assert.Equal(403, await Status(HttpMethod.Get, "healthz", ("Host", "rebound.example")));

    [Fact]
    public async Task Bodies_prompts_and_pictures_beyond_the_limits_are_refused()
    {
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "sk-right");
        Assert.Equal(413, (await server.Post("v1/images/generations", new { prompt = new string('a', 300_000) })).Status);
        var (status, error) = await server.Post("v1/images/generations", new { prompt = new string('a', 101) });
        Assert.Equal((400, "prompt"), (status, (string)error["error"]!["param"]!));
        (status, error) = await server.Post("v1/images/edits", new { prompt = "a", image = Drawings.DataUrl(Drawings.Png(200, 100)) });
        Assert.Equal((400, "image"), (status, (string)error["error"]!["param"]!));
        Assert.Contains("claims 200 × 100 pixels", (string)error["error"]!["message"]!);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://192.168.0.1:80")]
    public void An_address_that_others_reach_needs_a_key_or_the_users_word(string url)
    {
        var options = RunningServer.Options with { Urls = [url] };
        Assert.Contains("needs a key", Assert.Throws<InvalidRequestException>(() => ListenAddresses.Check(options)).Message);
        ListenAddresses.Check(options with { ApiKeys = ["k"] });
        ListenAddresses.Check(options with { AllowAnyone = true });
        Assert.Throws<InvalidRequestException>(() => ListenAddresses.Check(options with { Urls = ["here"] }));
    }

    [Fact]
    public async Task A_client_that_sends_a_byte_a_second_is_cut_off_while_others_are_served()
    {
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/images/generations HTTP/1.1\r\nHost: 127.0.0.1:{server.Address.Port}\r\nAuthorization: Bearer "
                + "sk-right\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"));
        var answer = Task.Run(async () =>
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            try
            {
                return await reader.ReadToEndAsync();
            }
            catch (IOException)
            {
                return "cut";
            }
        });
        while (!answer.IsCompleted)
        {
            Assert.Equal(200, await Status(HttpMethod.Get, "healthz"));
            try
            {
                await stream.WriteAsync("{"u8.ToArray());
            }
            catch (IOException)
            {
                break;
            }
            await Task.WhenAny(answer, Task.Delay(1000));
        }
        var told = await answer;
        Assert.True(told == "cut" || told.Length == 0 || told.Contains("408", StringComparison.Ordinal), told);
    }

    [Fact]
    public async Task A_thousand_cut_connections_do_no_harm()
    {
        for (var i = 0; i < 1000; i++)
        {
            using var cut = new TcpClient { LingerState = new(true, 0) };
            await cut.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await cut.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{\"pro")[..(i % 80 + 1)]);
        }
        Assert.Equal(200, await Status(HttpMethod.Get, "healthz"));
    }

    private async Task<int> Status(HttpMethod method, string path, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
