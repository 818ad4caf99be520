using System.Security.Cryptography;
using System.Text;

namespace Amused.Weights.Hub;

/// <summary>
/// A file's hash as the hub gives it for an ETag: SHA-256 (64 digits) for large files (LFS), git's blob SHA-1 (40 digits: over
/// <c>blob SIZE\0</c> and the content) for small ones. An ETag of another form says nothing about the content.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private readonly string etag;
    private readonly long size;
    private readonly IncrementalHash? hash;

    /// <summary>Starts with no content.</summary>
    /// <param name="etag">What the hub calls the content, in lower-case digits.</param>
    /// <param name="size">The whole content's size in bytes.</param>
    public ContentHash(string etag, long size)
    {
        (this.etag, this.size) = (etag, size);
        hash = !etag.All(char.IsAsciiHexDigit) ? null : etag.Length switch
        {
            64 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
            40 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
            _ => null,
        };
        Restart();
    }

    /// <summary>Forgets all content.</summary>
    public void Restart()
    {
        if (hash is null)
            return;
        hash.TryGetHashAndReset(stackalloc byte[64], out _);
        if (etag.Length == 40)
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {size}\0"));
    }

    /// <summary>Adds the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece) => hash?.AppendData(piece);

    /// <summary>Whether the content so far is what the hub announced.</summary>
    public bool Matches()
        => hash is null || Convert.ToHexStringLower(hash.GetCurrentHash()).Equals(etag, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Dispose() => hash?.Dispose();
}
