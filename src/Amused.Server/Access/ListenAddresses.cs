using System.Net;

namespace Amused.Server;

/// <summary>Where a server listens, and whether others can reach it there.</summary>
internal static class ListenAddresses
{
    private static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]", "::1"];

    /// <summary>Refuses what would open the server to others by accident.</summary>
    /// <exception cref="InvalidRequestException">
    /// An address can't be read, or is open to others, be it by a proxy, and nothing guards it.
    /// </exception>
    public static void Check(ServerOptions options)
    {
        foreach (var url in options.Urls)
        {
            if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal)
                .Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address) || address.Scheme != "http")
                throw new InvalidRequestException(
                    $"{FileFault.Quote(url)} is no address to listen at: give one such as http://127.0.0.1:8080 (for https, a proxy in "
                    + "front of it)");
            ThrowIfMoreThanAnAddress(url, address);
            ThrowIfOpen(url, address.Host, options);
        }
        if (PublicOrigin.Of(options) is { } origin)
            ThrowIfOpen(origin.Text, origin.Host, options);
    }

    /// <summary>Whether only this machine can reach all addresses.</summary>
    public static bool AreLocal(ServerOptions options) =>
        options.Urls.All(url => Uri.TryCreate(url, UriKind.Absolute, out var address) && IsLoopback(address.Host));

    /// <summary>Whether a host's name, as a request gives it, is this machine's own.</summary>
    public static bool IsLoopback(string host) =>
        LoopbackNames.Contains(host, StringComparer.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Refuses what Kestrel can't listen at, in words that say what is right.</summary>
    private static void ThrowIfMoreThanAnAddress(string url, Uri address)
    {
        var place = $"{address.Scheme}://{address.Authority}";
        if (address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            throw new InvalidRequestException(
                $"{FileFault.Quote(url)} is more than an address to listen at: give {place} (for a path, a proxy in front of it)");
        if (address.Port == 0 && !IPAddress.TryParse(address.Host.Trim('[', ']'), out _))
            throw new InvalidRequestException(
                $"{FileFault.Quote(url)}: a port of the system's choice needs an address in numbers: give http://127.0.0.1:0");
    }

    private static void ThrowIfOpen(string url, string host, ServerOptions options)
    {
        if (!IsLoopback(host) && options.ApiKeys.Count == 0 && !options.AllowAnyone)
        {
            throw new InvalidRequestException(
                $"{url} can be reached by other machines, so the server needs a key: set AMUSED_API_KEY or give --api-key-file; "
                    + "--allow-anyone does without one");
        }
    }
}
