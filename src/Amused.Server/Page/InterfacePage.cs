using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Amused.Server;

/// <summary>
/// <c>/docs</c>: the OpenAPI document as a page to read and to try, whose files come with the server and which asks nothing of the network.
/// </summary>
internal static class InterfacePage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/docs";

    /// <summary>
    /// The page starts itself by a script of its own; nothing else is wider than elsewhere, so that it can't reach its maker's services.
    /// </summary>
    public const string Policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src "
        + "'self' data: blob:; frame-ancestors 'none'; base-uri 'none'";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapScalarApiReference(Path, options =>
            options.WithTitle("Amused").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp());
}
