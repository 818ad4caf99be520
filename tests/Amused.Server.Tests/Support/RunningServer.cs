using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amused.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amused.Server.Tests.Support;

/// <summary>A server of its own on a free port, with the tiny models, and a client to it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly AmusedServer server;

    private RunningServer(AmusedServer server)
    {
        this.server = server;
        Client = NewClient();
    }

    public static string Tiny256 { get; } = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "models", "tiny256");

    public static string Tiny512 { get; } = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "models", "tiny512");

    /// <summary>Options that most tests use: both models, in float32 so that pictures can be compared, no history, a free port.</summary>
    public static ServerOptions Options { get; } = new()
    {
        Urls = ["http://127.0.0.1:0"],
        Models = [new("tiny256", Tiny256), new("tiny512", Tiny512)],
        Loading = new() { Precision = Precision.Float32 },
        Limits = new() { Steps = 1000 },
        DrainTimeout = TimeSpan.Zero,
    };

    public HttpClient Client { get; }

    public Uri Address => new(server.Urls[0].TrimEnd('/') + "/");

    internal AmusedServer Server => server;

    internal GenerationEngine Engine => server.Services.GetRequiredService<GenerationEngine>();

    public static async Task<RunningServer> StartAsync(ServerOptions? options = null,
        Action<Microsoft.AspNetCore.Builder.WebApplicationBuilder>? configure = null)
    {
        var server = AmusedServer.Create(options ?? Options, builder =>
        {
            builder.Logging.ClearProviders();
            configure?.Invoke(builder);
        });
        await server.StartAsync();
        return new(server);
    }

    public HttpClient NewClient() => new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Posts JSON and reads the JSON of the answer, whatever its status.</summary>
    public async Task<(int Status, JsonNode Body)> Post(string path, object body)
    {
        using var answer = await Client.PostAsJsonAsync(path, body);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>Gets JSON.</summary>
    public async Task<JsonNode> Get(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    /// <summary>Waits until a job has a status.</summary>
    public async Task<JsonNode> JobWith(string id, params string[] statuses)
    {
        while (true)
        {
            var job = await Get($"api/jobs/{id}");
            if (statuses.Contains((string)job["status"]!))
                return job;
            if ((string)job["status"]! is "failed" or "done" or "cancelled")
                throw new InvalidOperationException($"the job will never be {string.Join(" or ", statuses)}: {job}");
            await Task.Delay(10);
        }
    }

    /// <summary>The picture of a request by the library alone, as PNG pixels.</summary>
    public static GeneratedImage[] Alone(string model, GenerationRequest request)
    {
        using var pipeline = AmusedPipeline.FromPretrained(model, new() { Precision = Precision.Float32 });
        return [.. pipeline.Generate(request).Images];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
