namespace Amused.Weights.Hub;

/// <summary>
/// A blob that grows: appended to, hashed on the way, kept when the download is cut so that the next one goes on from its end.
/// While it is open no other process can open it, so two downloads never mix even where the blob's own lock is not honoured.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const int ReadBackSize = 1 << 20;

    private readonly FileStream file;
    private readonly string blob;
    private readonly ContentHash? hash;

    private PartialFile(FileStream file, RemoteFile expected)
    {
        (this.file, blob) = (file, expected.Blob);
        // Git's hash begins with the size: where that isn't known yet, the file is read once more at its end.
        hash = expected.Size is { } size ? new ContentHash(blob, size) : null;
    }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; private set; }

    /// <summary>Opens what an earlier download left, or begins anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it is to become.</param>
    /// <param name="cancellation">Ends the reading of what is there.</param>
    public static async Task<PartialFile> OpenAsync(string path, RemoteFile expected, CancellationToken cancellation)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        var partial = new PartialFile(file, expected);
        try
        {
            await partial.ReadBackAsync(expected.Size, cancellation).ConfigureAwait(false);
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Adds a piece.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        await file.WriteAsync(piece, cancellation).ConfigureAwait(false);
        hash?.Append(piece.Span);
        Length += piece.Length;
    }

    /// <summary>Drops all that there is.</summary>
    public void Restart()
    {
        file.SetLength(0);
        file.Position = 0;
        hash?.Restart();
        Length = 0;
    }

    /// <summary>Whether the content so far is what the hub announced.</summary>
    public bool Matches()
    {
        if (hash is not null)
            return hash.Matches();
        if (!ContentHash.IsHash(blob))
            return true;
        using ContentHash whole = new(blob, Length);
        ReadAll(whole);
        return whole.Matches();
    }

    /// <summary>
    /// Closes the file, on disk to its last byte, and gives it its final name: a blob is there whole or not at all, power cut included.
    /// </summary>
    public void Complete(string path)
    {
        file.Flush(flushToDisk: true);
        Dispose();
        File.Move(file.Name, path, overwrite: true);
    }

    /// <summary>Closes and deletes the file.</summary>
    public void Discard()
    {
        Dispose();
        File.Delete(file.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        hash?.Dispose();
    }

    private async Task ReadBackAsync(long? size, CancellationToken cancellation)
    {
        if (file.Length > size)
            Restart(); // not from this blob
        var buffer = new byte[(int)Math.Min(ReadBackSize, file.Length)];
        int count;
        while (buffer.Length > 0 && (count = await file.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            hash?.Append(buffer.AsSpan(0, count));
            Length += count;
        }
    }

    private void ReadAll(ContentHash whole)
    {
        file.Position = 0;
        var buffer = new byte[ReadBackSize];
        int count;
        while ((count = file.Read(buffer)) > 0)
            whole.Append(buffer.AsSpan(0, count));
    }
}
