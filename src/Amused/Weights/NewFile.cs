namespace Amused.Weights;

/// <summary>
/// Files that appear whole or not at all: written under another name in the same folder and renamed once they are complete.
/// Several files can be completed together.
/// </summary>
internal sealed class NewFile : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private bool complete;

    private NewFile(string path)
    {
        this.path = path;
        // A short name of its own: the file's own name may be as long as names can be.
        temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".amused-{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Writes one file; missing folders above it are made.</summary>
    /// <param name="path">Where it is wanted; a file that is there is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="length">How long it will be, where that is known: a disk that is too small is then refused at once.</param>
    /// <exception cref="BrokenInputException">The folder may not be written to, the disk is full, …: the path is as it was.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0)
    {
        using var file = Prepare(path, write, length);
        file.Complete();
    }

    /// <summary>The same without the last step: until <see cref="Complete"/> nothing is seen at <paramref name="path"/>, and disposing leaves nothing.</summary>
    /// <inheritdoc cref="Write"/>
    public static NewFile Prepare(string path, Action<Stream> write, long length = 0)
    {
        NewFile file = new(path);
        try
        {
            file.Attempt(() => file.WriteTemporary(write, length));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Puts the file in its place.</summary>
    public void Complete()
    {
        Attempt(() => File.Move(temporary, path, overwrite: true));
        complete = true;
    }

    /// <summary>Removes what was written unless it is complete.</summary>
    public void Dispose()
    {
        if (!complete && File.Exists(temporary))
            File.Delete(temporary);
    }

    private void WriteTemporary(Action<Stream> write, long length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16, PreallocationSize = length };
        using FileStream stream = new(temporary, options);
        write(stream);
        stream.Flush(flushToDisk: true); // Some file systems say only here that the disk is full.
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (UnauthorizedAccessException cause)
        {
            throw FileFault.Of(path, Directory.Exists(path) ? "cannot be written: it is a folder" : "cannot be written: the rights to its folder are missing", cause);
        }
        catch (IOException cause)
        {
            throw FileFault.Of(path, $"cannot be written: {FileFault.Printable(WithoutTemporaryName(cause.Message))}", cause);
        }
    }

    private string WithoutTemporaryName(string message) => message.Replace(temporary, path, StringComparison.Ordinal);
}
