using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ServerLoad;

/// <summary>Figures of a load.</summary>
/// <param name="Seconds">How long it has run.</param>
/// <param name="Pictures">Pictures that came.</param>
/// <param name="PicturesPerSecond">The same in a second.</param>
/// <param name="Refused">Answers with 429, after which a client waits as it was told.</param>
/// <param name="Failed">Any other answer that is no picture.</param>
/// <param name="P50">Half of the pictures came within so many seconds.</param>
/// <param name="P95">Of twenty, nineteen.</param>
/// <param name="P99">Of a hundred, ninety-nine.</param>
/// <param name="MemoryFirst">MiB that the server held in the first minute.</param>
/// <param name="MemoryLeast">The least that it held in a later one.</param>
/// <param name="MemoryMost">The most that it held in a later one.</param>
/// <param name="MemoryLast">In the last one.</param>
internal sealed record LoadFigures(
    double Seconds, int Pictures, double PicturesPerSecond, int Refused, int Failed, double P50, double P95, double P99, long? MemoryFirst,
    long? MemoryLeast, long? MemoryMost, long? MemoryLast);

/// <summary>Many clients that ask for one picture after another.</summary>
internal sealed class Load : IDisposable
{
    private static readonly string[] Subjects = ["a fox", "a lighthouse", "a bowl of pears", "a city at night", "a horse", "a boat"];
    private readonly HttpClient client;
    private readonly int? steps;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConcurrentBag<double> seconds = [];
    private int refused, failed;

    public Load(Uri address, string? key, int? steps)
    {
        client = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(30) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        this.steps = steps;
    }

    public int Failed => failed;

    public async Task RunClientAsync(int number, CancellationToken stop)
    {
        var random = new Random(number);
        while (!stop.IsCancellationRequested)
        {
            var body = new
            {
                prompt = $"{Subjects[random.Next(Subjects.Length)]}, number {random.Next(1000)}",
                seed = random.Next(),
                num_inference_steps = steps ?? random.Next(6, 17),
                guidance_scale = random.Next(2, 9),
            };
            await AskAsync(body, stop);
        }
    }

    public LoadFigures Figures(MemoryWatch? memory)
    {
        double[] sorted = [.. seconds.Order()];
        double Quantile(double share) =>
            sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))], 3);
        var elapsed = clock.Elapsed.TotalSeconds;
        return new(Math.Round(elapsed, 1), sorted.Length, Math.Round(sorted.Length / elapsed, 3), refused, failed, Quantile(0.5),
            Quantile(0.95), Quantile(0.99), memory?.First, memory?.Least, memory?.Most, memory?.Last);
    }

    public void Dispose() => client.Dispose();

    private async Task AskAsync(object body, CancellationToken stop)
    {
        var start = clock.Elapsed;
        try
        {
            // What has begun when the time is over is still waited for.
            using var answer = await client.PostAsJsonAsync("v1/images/generations", body, CancellationToken.None);
            if (answer.IsSuccessStatusCode
                && (await answer.Content.ReadAsStringAsync(CancellationToken.None)).Contains("b64_json", StringComparison.Ordinal))
                seconds.Add((clock.Elapsed - start).TotalSeconds);
            else if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Interlocked.Increment(ref refused);
                await Task.WhenAny(Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), stop));
            }
            else
                Interlocked.Increment(ref failed);
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref failed);
        }
    }
}
