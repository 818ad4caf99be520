using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Amused.Tests.Weights.Hub;

/// <summary>A request as it came in.</summary>
internal sealed record LocalRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}

/// <summary>An answer; with <see cref="CutAfter"/> the connection is closed after that many bytes of the body.</summary>
internal sealed record LocalResponse(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; } = [];
    public int? CutAfter { get; init; }
}

/// <summary>A web server on 127.0.0.1 that answers one request per connection: as small as can be, so that it can also misbehave.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<LocalRequest, LocalResponse> answer;

    public LocalServer(Func<LocalRequest, LocalResponse> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<LocalRequest> Requests { get; } = [];

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            if (await ReadRequestAsync(stream) is not { } request)
                return;
            Requests.Enqueue(request);
            await SendAsync(stream, request, answer(request));
        }
        catch (IOException)
        {
        }
    }

    private static async Task<LocalRequest?> ReadRequestAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        if ((await reader.ReadLineAsync())?.Split(' ') is not [var method, var path, _])
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        return new LocalRequest(method, path, headers);
    }

    private static async Task SendAsync(Stream stream, LocalRequest request, LocalResponse response)
    {
        var head = new StringBuilder($"HTTP/1.1 {response.Status} Status\r\nConnection: close\r\n");
        response.Headers.TryAdd("Content-Length", response.Body.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in response.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
        if (request.Method != "HEAD")
            await stream.WriteAsync(response.Body.AsMemory(0, Math.Min(response.CutAfter ?? int.MaxValue, response.Body.Length)));
    }
}
