namespace Amused.Weights.Hub;

/// <summary>
/// A lock that one process at a time holds, by a file. On Unix it is <c>flock</c>, which .NET takes for <see cref="FileShare.None"/> and
/// which the Python side's lock takes on the same file; it goes with the process, however that ends. The file stays, as theirs does.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Waits for the lock and takes it.</summary>
    /// <param name="path">The lock's file; its folder must exist.</param>
    /// <param name="onWait">Called once if another holds the lock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<FileLock> TakeAsync(string path, Action onWait, CancellationToken cancellation)
    {
        for (var first = true; ; first = false)
        {
            if (TryOpen(path) is { } file)
                return new FileLock(file);
            if (first)
                onWait();
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>EWOULDBLOCK on Linux and on macOS, a sharing or lock violation on Windows; anything else is no matter of waiting.</summary>
    internal static bool IsHeld(IOException e)
        => OperatingSystem.IsWindows()
            ? (e.HResult & 0xFFFF) is 32 or 33
            : e.HResult is 11 or 35;
}
