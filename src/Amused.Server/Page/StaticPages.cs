using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary>The page and its files, from inside the assembly: whatever lies in <c>wwwroot</c> when the server is built.</summary>
internal static class StaticPages
{
    private const string Prefix = "wwwroot/";

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
    };

    /// <summary>Maps each file to its path, and <c>index.html</c> to the root.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var assembly = typeof(StaticPages).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var path = name[Prefix.Length..];
            var (content, type) = (Read(assembly, name), Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"));
            var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue(
                $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"");
            IResult Serve(HttpContext context)
            {
                context.Response.Headers.CacheControl = "no-cache";
                return Results.Bytes(content, type, entityTag: tag);
            }
            endpoints.MapGet($"/{path}", Serve).ExcludeFromDescription();
            if (path == "index.html")
                endpoints.MapGet("/", Serve).ExcludeFromDescription();
        }
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
