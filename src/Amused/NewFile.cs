namespace Amused;

/// <summary>
/// Files that appear whole or not at all: written under another name in the same folder and renamed once they are complete.
/// Several files can all be written first and then renamed one by one: a crash in between can leave new ones beside old ones.
/// </summary>
/// <remarks>
/// Whoever has the older file open, or mapped into memory, keeps it as it was. A device such as <c>/dev/null</c> is written to, never
/// replaced; a pipe or a socket is refused.
/// </remarks>
internal sealed class NewFile : IDisposable
{
    /// <summary>File systems take names of up to 255 bytes.</summary>
    private const int LongestName = 255;

    private readonly string path, folder, temporary;
    private readonly bool isDevice;
    private long wanted;
    private bool complete;

    private NewFile(string path)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0'))
            throw new InvalidRequestException($"{FileFault.Quote(path ?? "")} is no path that a file can be written to");
        this.path = path;
        var full = Path.GetFullPath(path);
        folder = Path.GetDirectoryName(full) ?? full;
        var kind = FileKind.Special(full);
        isDevice = kind == FileKind.Device || (folder == "/dev" && File.Exists(full));
        if (kind is not null && !isDevice)
            throw FileFault.Of(path, $"cannot be written: it is {kind}");
        // A short name of its own: the file's own name may be as long as names can be.
        temporary = isDevice ? full : Path.Combine(folder, $".amused-{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Writes one file.</summary>
    /// <param name="path">Where it is wanted; a file that is there is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="length">How long it will be, where that is known: a disk that is too small is then refused at once.</param>
    /// <param name="makeFolders">Whether missing folders above it are made; otherwise they are an error.</param>
    /// <exception cref="BrokenInputException">The folder may not be written to, the disk is full, …: the path is as it was.</exception>
    /// <exception cref="InvalidRequestException">The path is empty or holds a zero character.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0, bool makeFolders = true)
    {
        using var file = Prepare(path, write, length, makeFolders);
        file.Complete();
    }

    /// <summary>Writes one file whose content is at hand.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, long, bool)"/>
    public static void Write(string path, byte[] content, bool makeFolders = true) =>
        Write(path, stream => stream.Write(content), content.Length, makeFolders);

    /// <summary>Writes several files of one folder: none appears before all of them are written.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="contents">The files' names and contents.</param>
    /// <exception cref="BrokenInputException">
    /// A file cannot be written, and none appears; or, which is rare, can't be renamed after others were.
    /// </exception>
    public static void WriteAll(string folder, IEnumerable<KeyValuePair<string, byte[]>> contents)
    {
        List<NewFile> files = [];
        try
        {
            foreach (var (name, content) in contents)
                files.Add(Prepare(Path.Combine(folder, name), stream => stream.Write(content), content.Length));
            files.ForEach(file => file.Complete());
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>
    /// The same without the last step: until <see cref="Complete"/> nothing is seen at <paramref name="path"/>, and disposing leaves
    /// nothing.
    /// </summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, long, bool)"/>
    public static NewFile Prepare(string path, Action<Stream> write, long length = 0, bool makeFolders = true)
    {
        NewFile file = new(path);
        try
        {
            file.Attempt(() => file.WriteTemporary(write, length, makeFolders));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Tries that a file can be written, making the folders above it, so that this fails before long work and not after it.
    /// </summary>
    /// <exception cref="BrokenInputException">It can't.</exception>
    public static void Try(string path)
    {
        using var file = Prepare(path, _ => { });
        if (Directory.Exists(path))
            throw FileFault.Of(path, "cannot be written: it is a folder");
        var length = System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(path));
        if (length > LongestName)
            throw FileFault.Of(path, $"cannot be written: its name has {length} bytes, {LongestName} are possible");
    }

    /// <summary>Removes a file, if it is there.</summary>
    /// <exception cref="BrokenInputException">It can't be removed.</exception>
    public static void Remove(string path)
    {
        try
        {
            if (File.Exists(path))
                File.Delete(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(path, $"cannot be removed: {FileFault.Printable(cause.Message)}", cause);
        }
    }

    /// <summary>Puts the file in its place.</summary>
    public void Complete()
    {
        if (!isDevice)
            Attempt(() => File.Move(temporary, path, overwrite: true));
        complete = true;
    }

    /// <summary>Removes what was written unless it is complete.</summary>
    public void Dispose()
    {
        if (!complete && !isDevice && File.Exists(temporary))
            File.Delete(temporary);
    }

    private void WriteTemporary(Action<Stream> write, long length, bool makeFolders)
    {
        wanted = length;
        if (makeFolders)
            Directory.CreateDirectory(folder);
        FileStreamOptions options =
            new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16, PreallocationSize = length };
        if (isDevice)
            (options.Mode, options.PreallocationSize) = (FileMode.Open, 0);
        using FileStream stream = new(temporary, options);
        write(stream);
        stream.Flush(flushToDisk: !isDevice); // Some file systems say only here that the disk is full.
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (UnauthorizedAccessException cause)
        {
            throw FileFault.Of(path, Directory.Exists(path)
                ? "cannot be written: it is a folder"
                : "cannot be written: the rights to its folder are missing", cause);
        }
        catch (IOException cause)
        {
            throw FileFault.Of(path, $"cannot be written: {Reason(cause)}", cause);
        }
    }

    private string Reason(IOException cause) => cause switch
    {
        _ when FileAbove() is { } file => $"{FileFault.Printable(file)} is a file, where a folder is needed",
        DirectoryNotFoundException => $"the folder {FileFault.Printable(folder)} does not exist",
        _ when FileFault.IsDiskFull(cause) || HasNoRoom() => "the disk is full; make room there, or write elsewhere",
        _ => FileFault.Printable(WithoutTemporaryName(cause.Message)),
    };

    /// <summary>
    /// Whether the disk has less room than the file takes: .NET says so without the system's number where room is taken beforehand.
    /// </summary>
    private bool HasNoRoom()
    {
        try
        {
            return wanted > 0 && new DriveInfo(folder).AvailableFreeSpace < wanted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The file that stands where the path needs a folder, or null.</summary>
    private string? FileAbove()
    {
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above))
                return above;
        return null;
    }

    private string WithoutTemporaryName(string message) => message.Replace(temporary, path, StringComparison.Ordinal);
}
