namespace Amused.Cli.Output;

/// <summary>Files that the command line writes: checked before the work begins, and whole or not there afterwards.</summary>
internal static class OutputFile
{
    /// <summary>Makes the file's folder and tries that a file can be written there, so that this fails before the work and not after it.</summary>
    /// <exception cref="BrokenInputException">It can't.</exception>
    public static void Prepare(string path)
    {
        if (Directory.Exists(path))
            throw new BrokenInputException($"cannot write {path}: it is a folder");
        var folder = FolderOf(path);
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(TemporaryIn(folder), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            // A name that is too long is found out by looking it up.
            _ = new FileInfo(path).Exists ? 0 : FileNameLength(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokenInputException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Writes a file beside its place and moves it there when it is complete.</summary>
    /// <exception cref="BrokenInputException">It can't be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = TemporaryIn(FolderOf(path));
        try
        {
            try
            {
                using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokenInputException($"cannot write {path}: {e.Message}", e);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string TemporaryIn(string folder) => Path.Combine(folder, $".amused-{Guid.NewGuid():N}.tmp");

    /// <summary>File systems take names of up to 255 bytes.</summary>
    private static int FileNameLength(string path)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(path));
        return length <= 255 ? length : throw new IOException($"its name has {length} bytes, 255 are possible");
    }
}
