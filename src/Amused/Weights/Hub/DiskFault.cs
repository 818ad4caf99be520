using System.Globalization;

namespace Amused.Weights.Hub;

/// <summary>What the disk under the cache can't do, in one line for the user.</summary>
internal static class DiskFault
{
    private const string WayOut = "set HF_HUB_CACHE to a folder elsewhere";

    /// <summary>How many bytes this user may still write under a folder; null when the system doesn't tell.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>There is less room than the download takes.</summary>
    public static BrokenInputException TooSmall(string folder, long needed, long free)
        => new($"the download takes {Size(needed)} and the hub's cache {folder} has {Size(free)} left: make room, or {WayOut}");

    /// <summary>Reading or writing the cache failed.</summary>
    public static BrokenInputException Of(Exception cause, string folder)
        => FileFault.IsDiskFull(cause)
            ? new(
                $"the disk of the hub's cache {folder} is full: make room (what has come so far is kept, and the download goes on from "
                + $"there), or {WayOut}", cause)
            : new(
                $"the hub's cache {folder} can't be used ({FileFault.Printable(cause.Message)}): give this user the right to write "
                + $"there, or {WayOut}", cause);

    private static string Size(long bytes)
        => bytes < 1_000_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
