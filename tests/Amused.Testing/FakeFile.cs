using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Amused.Testing;

/// <summary>A file of a <see cref="FakeHub"/>: in memory or on disk, from where it is streamed whatever its size.</summary>
internal sealed class FakeFile
{
    private const long LargestSmallFile = 10_000_000;

    private readonly Func<Stream> open;
    private readonly Lazy<string> etag;

    private FakeFile(string name, long length, Func<Stream> open)
    {
        Length = length;
        this.open = open;
        IsLarge = name.EndsWith(".safetensors", StringComparison.Ordinal) || length > LargestSmallFile;
        etag = new(() =>
        {
            using var content = open();
            return Convert.ToHexStringLower(IsLarge ? SHA256.HashData(content) : GitBlob(content, length));
        });
    }

    public long Length { get; }

    /// <summary>
    /// Whether the hub keeps it in the storage (as it does what is under LFS), and calls it by its SHA-256 instead of git's blob hash.
    /// </summary>
    public bool IsLarge { get; }

    public string ETag => etag.Value;

    public static FakeFile Of(string name, byte[] content) => new(name, content.Length, () => new MemoryStream(content, writable: false));

    public static FakeFile OnDisk(string path)
    {
        using var file = File.OpenRead(path); // a link's own length would not do
        return new(path, file.Length, () => File.OpenRead(path));
    }

    /// <summary>The content from a byte on, or null when it ends before.</summary>
    public Stream? OpenAt(long from)
    {
        if (from > 0 && from >= Length)
            return null;
        var content = open();
        content.Position = from;
        return content;
    }

    private static byte[] GitBlob(Stream content, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        var buffer = new byte[1 << 16];
        int count;
        while ((count = content.Read(buffer)) > 0)
            hash.AppendData(buffer.AsSpan(0, count));
        return hash.GetHashAndReset();
    }
}
