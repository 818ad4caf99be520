using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Safety;

public sealed class PublicOriginTests
{
    [Theory]
    [InlineData("https://pictures.example", "https://pictures.example")]
    [InlineData("HTTPS://Pictures.example:443/", "https://pictures.example")]
    [InlineData("http://pictures.example:8443", "http://pictures.example:8443")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("https://[::1]:8443", "https://[::1]:8443")]
    public void An_origin_is_written_as_browsers_write_it(string url, string origin) =>
        Assert.Equal(origin, PublicOrigin.Of(RunningServer.Options with { PublicUrl = url })!.Text);

    [Theory]
    [InlineData("")]
    [InlineData("pictures.example")]
    [InlineData("ftp://pictures.example")]
    [InlineData("https://pictures.example/amused")]
    [InlineData("https://pictures.example/?a=b")]
    [InlineData("https://pictures.example#top")]
    [InlineData("https://me@pictures.example")]
    public void What_is_no_origin_is_refused_before_anything_starts(string url)
    {
        var error = Assert.Throws<InvalidRequestException>(() =>
            AmusedServer.Create(RunningServer.Options with { PublicUrl = url, AllowAnyone = true }));
        Assert.Contains("such as https://pictures.example", error.Message);
    }

    [Fact]
    public void A_name_that_others_reach_needs_a_key_or_the_users_word()
    {
        var options = RunningServer.Options with { PublicUrl = "https://pictures.example" };
        Assert.Contains("needs a key", Assert.Throws<InvalidRequestException>(() => ListenAddresses.Check(options)).Message);
        ListenAddresses.Check(options with { ApiKeys = ["k"] });
        ListenAddresses.Check(options with { AllowAnyone = true });
        ListenAddresses.Check(options with { PublicUrl = "https://localhost" });
    }

    [Theory]
    [InlineData("pictures.example", "https://pictures.example", 404)]
    [InlineData("127.0.0.1", "https://pictures.example", 404)]
    [InlineData("127.0.0.1", "http://127.0.0.1", 404)]
    [InlineData("pictures.example", "https://other.example", 403)]
    [InlineData("pictures.example", "https://pictures.example:444", 403)]
    [InlineData("other.example", "https://pictures.example", 403)]
    [InlineData("other.example", null, 403)]
    public async Task The_page_behind_a_proxy_that_ends_tls_may_change_things_and_no_other(string host, string? origin, int status)
    {
        await using var server = await BehindProxy();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "api/jobs/x") { Headers = { Host = host } };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Addresses_of_pictures_are_the_public_ones()
    {
        using var folder = new TemporaryFolder();
        await using var server = await BehindProxy(folder.Path);
        using var answer = await server.Client.PostAsJsonAsync("v1/images/generations",
            new { prompt = "a dog", num_inference_steps = 1, response_format = "url" });
        var url = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]![0]!["url"]!;
        Assert.StartsWith("https://pictures.example/v1/images/files/", url);
        Assert.NotEmpty(await server.Client.GetByteArrayAsync(new Uri(url).PathAndQuery));
    }

    private static Task<RunningServer> BehindProxy(string? data = null) =>
        RunningServer.StartAsync(RunningServer.Options with { PublicUrl = "https://pictures.example", AllowAnyone = true,
            DataFolder = data });
}
