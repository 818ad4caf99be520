using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Amused.Testing;

/// <summary>A request as it came in.</summary>
public sealed record LocalRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}

/// <summary>An answer; its body is what a stream holds from where it stands.</summary>
public sealed class LocalResponse(int status, Stream body)
{
    public LocalResponse(int status, byte[] body)
        : this(status, new MemoryStream(body, writable: false))
    {
    }

    public int Status => status;

    public Stream Body => body;

    /// <summary>The headers; a <c>Content-Length</c> is added where there is none and <see cref="HasLength"/> is true.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Whether the length is announced.</summary>
    public bool HasLength { get; set; } = true;

    /// <summary>Close the connection after that many bytes of the body.</summary>
    public int? CutAfter { get; init; }
}

/// <summary>A web server on 127.0.0.1 that answers one request per connection: as small as can be, so that it can also misbehave.</summary>
public sealed class LocalServer : IDisposable
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
            var response = answer(request);
            await using (response.Body)
                await SendAsync(stream, request, response);
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
        var length = response.Body.Length - response.Body.Position;
        var head = new StringBuilder($"HTTP/1.1 {response.Status} Status\r\nConnection: close\r\n");
        if (response.HasLength)
            response.Headers.TryAdd("Content-Length", length.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in response.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
        if (request.Method != "HEAD")
            await CopyAsync(response.Body, stream, Math.Min(response.CutAfter ?? length, length));
    }

    private static async Task CopyAsync(Stream from, Stream to, long length)
    {
        var buffer = new byte[1 << 17];
        while (length > 0)
        {
            var count = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length)));
            await to.WriteAsync(buffer.AsMemory(0, count));
            length -= count;
        }
    }
}
