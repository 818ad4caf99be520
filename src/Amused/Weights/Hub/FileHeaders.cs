using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Amused.Weights.Hub;

/// <summary>
/// What the answers on the way to a file say of it. Of large files the hub itself says hash and size, where it redirects to its storage
/// (<c>X-Linked-ETag</c>, <c>X-Linked-Size</c>); mirrors and gateways may redirect first, say some of it, or nothing.
/// </summary>
/// <param name="hub">
/// The hub's host: an ETag of another one is a hash only where that answers as a hub, with a commit. A storage calls its files as it likes.
/// </param>
internal sealed class FileHeaders(string hub)
{
    private string? linkedETag, etag;
    private long? linkedSize, size;

    /// <summary>The commit that was answered for; null when no answer said it.</summary>
    public string? Commit { get; private set; }

    /// <summary>Takes down what a redirect says.</summary>
    /// <returns>Whether that is all there is to know, so that it need not be followed.</returns>
    public bool AddRedirect(HttpResponseMessage response)
    {
        AddAny(response);
        return linkedETag is not null && linkedSize is not null;
    }

    /// <summary>Takes down what the answer at the end of the way says.</summary>
    public void AddLast(HttpResponseMessage response)
    {
        AddAny(response);
        // Some gateways answer 0 to every HEAD; an empty file's download says so too.
        size = response.Content.Headers.ContentLength is > 0 and var length ? length : null;
        if (Header(response, "X-Repo-Commit") is not null || response.RequestMessage?.RequestUri?.Authority == hub)
            etag = Hash(Header(response, "ETag"));
    }

    /// <summary>The file that these headers are of.</summary>
    public RemoteFile Describe(string commit, string path) => new(path, linkedETag ?? etag ?? NameOf(commit, path), linkedSize ?? size);

    /// <summary>A header's first value; null when it isn't there.</summary>
    public static string? Header(HttpResponseMessage response, string name)
        => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.First() : null;

    private void AddAny(HttpResponseMessage response)
    {
        Commit ??= Header(response, "X-Repo-Commit");
        linkedETag ??= Hash(Header(response, "X-Linked-Etag"));
        if (long.TryParse(Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            linkedSize ??= length;
    }

    /// <summary>The hash in an ETag, also in a weak one (<c>W/"…"</c>), which a gateway makes of it; null when there is none.</summary>
    private static string? Hash(string? etag)
        => etag?.Replace("W/", "", StringComparison.Ordinal).Trim('"') is { } hash && ContentHash.IsHash(hash) ? hash : null;

    /// <summary>
    /// Of a file without a hash: no other file's, even where a gateway gives several the same ETag, and none that could pass for a hash.
    /// </summary>
    private static string NameOf(string commit, string path)
        => $"{commit}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16]}";
}
