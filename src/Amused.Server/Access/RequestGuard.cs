using Microsoft.AspNetCore.Http;

namespace Amused.Server;

/// <summary>
/// What every request passes: the host's name (a page elsewhere must not reach a local server by a name of its own that points here), where
/// it comes from, and its key.
/// </summary>
/// <remarks>
/// Nothing says that other origins may read answers (no CORS), and none of them may change anything: browsers send <c>Origin</c> with such
/// requests.
/// </remarks>
internal sealed class RequestGuard(RequestDelegate next, ApiKeys keys, ServerOptions options)
{
    private const string PagePolicy =
        "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private readonly bool isLocal = ListenAddresses.AreLocal(options);
    private readonly PublicOrigin? origin = PublicOrigin.Of(options);

    public Task InvokeAsync(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = request.Path.StartsWithSegments(InterfacePage.Path) ? InterfacePage.Policy : PagePolicy;
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (isLocal && !IsOwnName(request.Host.Host))
            throw new ApiException(403,
                "this server answers to its own names alone: localhost, 127.0.0.1, or that of --public-url where a proxy stands before it",
                null, "wrong_host");
        if (!IsSafe(request.Method) && !IsSameOrigin(request))
            throw new ApiException(403,
                "a page of another origin may not change anything here; where a proxy ends TLS, --public-url says which origin is this "
                + "server's own", null, "cross_origin");
        if (NeedsKey(request.Path) && !keys.Open(request.Headers.Authorization))
            throw new ApiException(401, "a key is needed: Authorization: Bearer KEY", null, "invalid_api_key");
        return next(context);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsOwnName(string host) =>
        ListenAddresses.IsLoopback(host) || string.Equals(host, origin?.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site[0] is not ("same-origin" or "none"))
            return false;
        return request.Headers.Origin is not { Count: > 0 } given
            || string.Equals(given[0], $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(given[0], origin?.Text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// All that works or tells; the page itself, the description of the interface, health, and pictures by names that nobody guesses are
    /// open.
    /// </summary>
    private static bool NeedsKey(PathString path) =>
        path.StartsWithSegments("/api") || (path.StartsWithSegments("/v1") && !path.StartsWithSegments("/v1/images/files"));
}
