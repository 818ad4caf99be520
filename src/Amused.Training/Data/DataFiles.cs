using System.Security.Cryptography;
using System.Text;

namespace Amused.Training;

/// <summary>The files of a data set: what tells it from another one wherever it lies.</summary>
/// <param name="Folder">What their names are relative to.</param>
/// <param name="Paths">The files.</param>
internal sealed record DataFiles(string Folder, IReadOnlyList<string> Paths)
{
    /// <summary>Of so many files, spread evenly, the bytes count too.</summary>
    private const int ReadFiles = 1000;

    /// <summary>Of a file that is longer than twice this, its first and last bytes count.</summary>
    private const int ReadBytes = 64 << 10;

    /// <summary>
    /// SHA-256 over the names (but for that of a single file), lengths and captions of all, and the bytes of up to 1,000 files: whole ones up to 128 KiB, the first and the last 64 KiB of longer ones.
    /// </summary>
    /// <param name="captions">The captions where they are known without reading pictures.</param>
    public string Hash(IEnumerable<string> captions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int step = Math.Max(1, (Paths.Count + ReadFiles - 1) / ReadFiles);
        foreach (var (number, path) in Paths.Index())
        {
            try
            {
                Append(hash, path, hasBytes: number % step == 0);
            }
            catch (BrokenInputException)
            {
                // Left out and named when its turn comes, as every picture that is broken.
                Append(hash, $"{NameOf(path)} cannot be read");
            }
        }

        foreach (var caption in captions)
            Append(hash, caption);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Append(IncrementalHash hash, string path, bool hasBytes)
    {
        // By a handle, which follows links: of a link, the length that its entry gives is the link's own.
        using var stream = UserFile.Open(path);
        var handle = stream.SafeFileHandle;
        long length = RandomAccess.GetLength(handle);
        Append(hash, $"{NameOf(path)} {length}");
        if (!hasBytes)
            return;
        Append(hash, handle, 0, (int)Math.Min(length, length > 2 * ReadBytes ? ReadBytes : length));
        if (length > 2 * ReadBytes)
            Append(hash, handle, length - ReadBytes, ReadBytes);
    }

    private string NameOf(string path) => Paths.Count == 1 ? "" : Path.GetRelativePath(Folder, path).Replace('\\', '/');

    private static void Append(IncrementalHash hash, string line) => hash.AppendData(Encoding.UTF8.GetBytes($"{line.Length} {line}\n"));

    private static void Append(IncrementalHash hash, Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        for (int done = 0, read; done < count; done += read)
        {
            read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0)
                break;
        }

        hash.AppendData(bytes);
    }
}
