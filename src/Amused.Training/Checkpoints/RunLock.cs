namespace Amused.Training;

/// <summary>Holds a folder that one piece of work writes to: a second one is refused while the first goes on. A process that ends, however it does, lets go of it.</summary>
internal sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream file;
    private readonly string folder;

    private RunLock(FileStream file, string folder) => (this.file, this.folder) = (file, folder);

    /// <summary>Takes a folder, and makes it if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="work">What the work is, in one word: <c>training</c>.</param>
    /// <exception cref="InvalidRequestException">Another one has it.</exception>
    /// <exception cref="BrokenInputException">The folder can't be written to.</exception>
    public static RunLock Take(string folder, string work)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new(new(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose), folder);
        }
        catch (Exception cause) when (IsHeld(cause))
        {
            throw new InvalidRequestException($"{FileFault.Printable(folder)} is in use by another {work}: wait until it ends, or name another --output");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(folder, $"cannot be written to: {FileFault.Printable(cause.Message)}", cause);
        }
    }

    /// <summary>Lets go of the folder. One that holds nothing is removed.</summary>
    public void Dispose()
    {
        file.Dispose();
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // It holds something, as it should, or is gone.
        }
    }

    /// <summary>By the system's own number: EWOULDBLOCK (11 on Linux, 35 on macOS), or ERROR_SHARING_VIOLATION.</summary>
    private static bool IsHeld(Exception cause) =>
        cause is IOException && (OperatingSystem.IsWindows() ? cause.HResult == unchecked((int)0x80070020) : cause.HResult is 11 or 35);
}
