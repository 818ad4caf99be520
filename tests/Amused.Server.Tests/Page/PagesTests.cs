using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Web;

public sealed partial class PagesTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_description_names_every_address_and_what_its_fields_mean()
    {
        var paths = (await server.Get("openapi/v1.json"))["paths"]!.AsObject();
        string[] expected =
        [
            "/v1/images/generations", "/v1/images/edits", "/v1/images/variations", "/v1/images/files/{file}", "/v1/models",
            "/v1/models/{id}", "/api/jobs", "/api/jobs/{id}", "/api/jobs/{id}/events",
            "/api/jobs/{id}/images/{index}", "/api/jobs/{id}/cancel", "/api/history", "/api/history/{id}", "/api/models",
            "/api/models/load", "/api/models/unload", "/api/loras", "/healthz", "/readyz", "/info",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), paths.Select(path => path.Key).Order(StringComparer.Ordinal));
        Assert.All(paths, path => Assert.All(path.Value!.AsObject(), operation => Assert.NotEmpty((string)operation.Value!["summary"]!)));
        var schema = (await server.Get("openapi/v1.json"))["components"]!["schemas"]!["ImageBody"]!["properties"]!;
        Assert.NotNull(schema["num_inference_steps"]);
    }

    [Fact]
    public async Task The_page_of_the_interface_takes_everything_from_this_server()
    {
        var page = await server.Client.GetStringAsync("docs");
        Assert.DoesNotMatch(ForeignAddress(), page);
        var scripts = Script().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
            Assert.True((await server.Client.GetAsync(new Uri(new Uri(server.Address, "docs/"), script))).IsSuccessStatusCode, script);
    }

    [Fact]
    public async Task The_page_is_served_from_inside_the_assembly_and_checked_by_its_tag()
    {
        using var first = await server.Client.GetAsync("");
        Assert.Equal("text/html", first.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", first.Headers.GetValues("Content-Security-Policy").Single());
        using var again =
            new HttpRequestMessage(HttpMethod.Get, "index.html") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
        Assert.Equal(304, (int)(await server.Client.SendAsync(again)).StatusCode);
        using var missing = await server.Client.GetAsync("nothing/here.js");
        Assert.Equal("not_found", (string)JsonNode.Parse(await missing.Content.ReadAsStringAsync())!["error"]!["code"]!);
    }

    [Fact]
    public async Task A_server_is_ready_when_its_first_model_is_loaded()
    {
        Assert.Equal("ok", (string)(await server.Get("healthz"))["status"]!);
        while (!(await server.Client.GetAsync("readyz")).IsSuccessStatusCode)
            await Task.Delay(10);
        Assert.True((bool)(await server.Get("api/models"))["data"]![0]!["loaded"]!);
        Assert.False((bool)(await server.Get("info"))["needs_key"]!);
    }

    [Theory]
    [InlineData("GET", "api/history?limit=abc", "limit")]
    [InlineData("POST", "api/models/load", "id")]
    public async Task A_parameter_that_is_missing_or_unreadable_is_an_error_with_a_body(string method, string path, string parameter)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(400, (int)answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(("invalid_request_error", "bad_request"), ((string)error["type"]!, (string)error["code"]!));
        Assert.Contains(parameter, (string)error["message"]!);
    }

    [GeneratedRegex("(src|href)=\"(https?:)?//")]
    private static partial Regex ForeignAddress();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
