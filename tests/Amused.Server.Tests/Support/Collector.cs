using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Amused.Server.Tests.Support;

/// <summary>What an OpenTelemetry collector is to those who send to it: OTLP over HTTP. It keeps what it gets.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, string Body)> received = [];
    private readonly WebApplication application;

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            // Names are plain text in protocol buffers.
            using var reader = new StreamReader(request.Body, Encoding.Latin1);
            received.Enqueue((signal, await reader.ReadToEndAsync()));
        });
    }

    public string Address => application.Urls.Single();

    public static async Task<Collector> StartAsync()
    {
        Collector collector = new();
        await collector.application.StartAsync();
        return collector;
    }

    /// <summary>All bytes that came as <c>metrics</c> or as <c>traces</c>, each one character.</summary>
    public string Received(string signal) => string.Concat(received.Where(one => one.Signal == signal).Select(one => one.Body));

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
