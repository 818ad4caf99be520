using System.Security.Cryptography;
using System.Text;

namespace Amused.Weights.Hub;

/// <summary>
/// A file's hash as the hub gives it for an ETag: SHA-256 (64 digits) for large files (LFS), git's blob SHA-1 (40 digits: over
/// <c>blob SIZE\0</c> and the content) for small ones. A name of another form says nothing about the content.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private readonly string name;
    private readonly long size;
    private readonly IncrementalHash? hash;

    /// <summary>Starts with no content.</summary>
    /// <param name="name">What the hub calls the content.</param>
    /// <param name="size">The whole content's size in bytes.</param>
    public ContentHash(string name, long size)
    {
        (this.name, this.size) = (name, size);
        hash = IsHash(name) ? IncrementalHash.CreateHash(name.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1) : null;
        Restart();
    }

    /// <summary>Whether a name is of the form of a hash.</summary>
    public static bool IsHash(string name) => name.Length is 40 or 64 && name.All(char.IsAsciiHexDigit);

    /// <summary>Forgets all content.</summary>
    public void Restart()
    {
        if (hash is null)
            return;
        hash.TryGetHashAndReset(stackalloc byte[64], out _);
        if (name.Length == 40)
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {size}\0"));
    }

    /// <summary>Adds the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece) => hash?.AppendData(piece);

    /// <summary>Whether the content so far is what the hub announced.</summary>
    public bool Matches()
        => hash is null || Convert.ToHexStringLower(hash.GetCurrentHash()).Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Dispose() => hash?.Dispose();
}
