namespace Amused.Server;

/// <summary>Where clients find a server that a proxy stands before: the proxy's scheme, name and port, not the server's own.</summary>
/// <param name="Host">Its name, as a request's <c>Host</c> has it before the port.</param>
/// <param name="Text">The origin as browsers write it: lower case, and without a port that goes without saying.</param>
internal sealed record PublicOrigin(string Host, string Text)
{
    /// <summary>The one that options give; null when there is none.</summary>
    /// <exception cref="InvalidRequestException">It is no origin.</exception>
    public static PublicOrigin? Of(ServerOptions options) => options.PublicUrl is { } url ? Parse(url) : null;

    private static PublicOrigin Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            || address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            throw new InvalidRequestException(
                $"{FileFault.Quote(url)} is no address that clients could find the server at: give scheme and name, and a port if need "
                    + "be, without a path, such as https://pictures.example");
        }
        // Browsers give names of other alphabets in ASCII.
        var host = address.HostNameType == UriHostNameType.Dns ? address.IdnHost : address.Host;
        return new(host, $"{address.Scheme}://{host}{(address.IsDefaultPort ? "" : FormattableString.Invariant($":{address.Port}"))}");
    }
}
