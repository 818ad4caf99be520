namespace Amused.Images;

/// <summary>Image files read into memory as a whole, within a limit.</summary>
internal static class WholeFile
{
    /// <summary>The largest file that is read, in bytes: beyond any picture within <see cref="ImageDecoder.MaxPixels"/>.</summary>
    public const int MaxLength = 1 << 30;

    /// <summary>The content of a file.</summary>
    /// <exception cref="BrokenInputException">
    /// It is missing, a folder, a pipe or a device, empty, larger than <see cref="MaxLength"/> or may not be read.
    /// </exception>
    /// <exception cref="InvalidRequestException">The path is empty or holds a zero character.</exception>
    public static byte[] Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return FileFault.Reading(path, () =>
        {
            using var file = UserFile.Open(path);
            return Read(file, path);
        });
    }

    /// <summary>The rest of a stream.</summary>
    /// <exception cref="BrokenInputException">It is empty or longer than <see cref="MaxLength"/>.</exception>
    public static byte[] Read(Stream stream, string name)
    {
        using var content = new MemoryStream(stream.CanSeek ? (int)Math.Clamp(stream.Length, 0, MaxLength) : 0);
        // Copied piece by piece, not by length: pipes and devices have none, and may never end.
        var piece = new byte[1 << 16];
        for (int count; (count = stream.Read(piece)) > 0;)
        {
            if (content.Length + count > MaxLength)
                throw FileFault.Of(name, $"is larger than {MaxLength >> 20} MiB: not an image file that can be read");
            content.Write(piece, 0, count);
        }

        if (content.Length == 0)
            throw FileFault.Of(name, "is empty: an image file is needed");
        // Of a file, whose length was known, the buffer is just full: no second copy.
        return content.GetBuffer() is var buffer && buffer.Length == content.Length ? buffer : content.ToArray();
    }
}
