using System.Net;
using System.Net.Http.Headers;

namespace Amused.Weights.Hub;

/// <summary>
/// Requests to the hub: the token goes to the hub's own host and nowhere else, redirects are followed by hand for that reason, and every
/// fault of the network comes out as a <see cref="HubRequestException"/>, so that what remains an <see cref="IOException"/> is the disk's.
/// </summary>
internal sealed class HubHttp(HttpMessageInvoker invoker, HubSettings settings)
{
    private const int MostRedirects = 10;
    private const string UserAgent = "amused/0.1 (.NET)";

    /// <summary>Sends a request and follows redirects.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="address">Where to begin.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <param name="isEnough">Asked of each redirect, whether what it says is enough: it is then the answer.</param>
    /// <returns>The answer, whatever its status; its body is not read yet.</returns>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, long from, CancellationToken cancellation, Func<HttpResponseMessage, bool>? isEnough = null)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await SendOnceAsync(method, address, from, cancellation).ConfigureAwait(false);
            if (NextAddress(response, address) is not { } next || isEnough?.Invoke(response) == true)
                return response;
            response.Dispose();
            if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw new HubRequestException(HubFailure.Nonsense,
                    $"{address.Authority} redirects to an address without encryption ({next.Authority}): refused");
            address = next;
        }
        throw new HubRequestException(HubFailure.Nonsense, $"{address.Authority} redirects in circles");
    }

    /// <summary>Reads the next piece of a body, with a limit on how long it may stand still.</summary>
    /// <returns>How many bytes; 0 at the end.</returns>
    public Task<int> ReadAsync(Stream body, Memory<byte> buffer, string host, CancellationToken cancellation)
        => GuardAsync(token => body.ReadAsync(buffer, token).AsTask(), settings.DownloadTimeout, host, cancellation);

    /// <summary>Reads a whole body of limited size.</summary>
    public async Task<byte[]> ReadWholeAsync(HttpResponseMessage response, int limit, string host, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await ReadAsync(body, buffer, host, cancellation).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + count > limit)
                throw new HubRequestException(HubFailure.Nonsense, $"{host} sent an answer that is too long to be a listing");
            whole.Write(buffer, 0, count);
        }
        return whole.ToArray();
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri address, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity"); // sizes and ranges are those of the file itself
        if (settings.Token is { } token && IsSameHost(address, settings.Endpoint))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        return await GuardAsync(limit => invoker.SendAsync(request, limit), settings.MetadataTimeout, address.Authority, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>Whether an answer sends on to another address.</summary>
    public static bool IsRedirect(HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    // From the header's text: a path alone, or a host without a scheme, is taken from the address that was asked.
    private static Uri? NextAddress(HttpResponseMessage response, Uri address)
        => IsRedirect(response)
            && FileHeaders.Header(response, "Location") is { } location
            && Uri.TryCreate(address, location, out var next) && next.Scheme is "http" or "https"
                ? next
                : null;

    /// <summary>Host and port; the way down from https to http is refused before anything is sent on it.</summary>
    private static bool IsSameHost(Uri one, Uri other)
        => string.Equals(one.Authority, other.Authority, StringComparison.OrdinalIgnoreCase);

    private static async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> action, TimeSpan limit, string host,
        CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            return await action(timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HubRequestException(HubFailure.Cut, $"{host} did not answer within {limit.TotalSeconds:0} s", e);
        }
        catch (HttpRequestException e)
        {
            throw Explain(e, host);
        }
        catch (IOException e)
        {
            throw new HubRequestException(HubFailure.Cut, $"the connection to {host} broke ({FileFault.Printable(e.Message)})", e);
        }
    }

    private static HubRequestException Explain(HttpRequestException e, string host) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError
            => new(HubFailure.Unreachable, $"{host} can't be reached (no such host is known: is there a network?)", e),
        HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError
            => new(HubFailure.Unreachable, $"{host} can't be reached ({Innermost(e)})", e),
        HttpRequestError.SecureConnectionError
            => new(HubFailure.Unreachable, $"{host} offers no connection that can be trusted ({Innermost(e)})", e),
        _ => new(HubFailure.Cut, $"the connection to {host} broke ({Innermost(e)})", e),
    };

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : FileFault.Printable(e.Message);
}
