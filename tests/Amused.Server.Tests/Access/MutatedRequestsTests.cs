using System.Collections.Concurrent;
using Amused.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Amused.Server.Tests.Safety;

/// <summary>
/// Requests that are broken in thousands of ways: never a 500 without a cause in the log, never an answer that isn't one, never a crash.
/// </summary>
public sealed class MutatedRequestsTests
{
    [Fact]
    public Task Hundreds_of_mutated_requests_do_no_harm() => Run(seed: 1, count: 400);

    [Fact]
    [Trait("Category", "Long")]
    public Task Ten_thousand_mutated_requests_do_no_harm() => Run(seed: 2, count: 10_000);

    private static async Task Run(int seed, int count)
    {
        var errors = new ErrorLog();
        await using var server = await RunningServer.StartAsync(
            RunningServer.Options with { Limits = new() { Steps = 3, Images = 2, BodyBytes = 1 << 20, PicturePixels = 1 << 16 },
                QueueLimit = 4 },
            builder => builder.Services.AddSingleton<ILoggerProvider>(errors));
        var mutator = new RequestMutator(seed);
        var failed = 0;
        for (var i = 0; i < count; i++)
        {
            var (path, type, body) = mutator.Next();
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await server.Client.PostAsync(path, content);
            var text = await answer.Content.ReadAsStringAsync();
            var status = (int)answer.StatusCode;
            Assert.True(status is 200 or 202 or 400 or 404 or 408 or 409 or 413 or 415 or 429 or 500 or 503,
                $"request {i} of seed {seed}: {status} {text}");
            if (status >= 400)
                Assert.StartsWith("{\"error\":{\"message\":\"", text);
            if (status == 500)
                failed++;
        }
        Assert.Equal(failed, errors.Causes.Count);
        // Nothing of what is sent is the server's own fault.
        Assert.True(errors.Causes.IsEmpty, string.Join('\n', errors.Causes.Take(3)));
        Assert.Equal(200, (await server.Post("v1/images/generations", new { prompt = "still there" })).Status);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> Causes { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Causes.Add($"{formatter(state, exception)}: {exception}");
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose() { }
    }
}
