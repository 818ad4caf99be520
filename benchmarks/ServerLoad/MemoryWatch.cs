using System.Diagnostics;

namespace ServerLoad;

/// <summary>
/// What memory the server's process holds. It goes up and down within a second, with the batches, so a minute's figure is the mean of its
/// seconds.
/// </summary>
internal sealed class MemoryWatch(int pid)
{
    private readonly List<double> minutes = [];
    private readonly List<long> seconds = [];

    /// <summary>In the first minute, while caches fill, in MiB.</summary>
    public long? First => minutes.Count > 0 ? (long)minutes[0] : null;

    /// <summary>The least of the minutes after the first.</summary>
    public long? Least => minutes.Count > 1 ? (long)minutes.Skip(1).Min() : null;

    /// <summary>The most of the minutes after the first.</summary>
    public long? Most => minutes.Count > 1 ? (long)minutes.Skip(1).Max() : null;

    /// <summary>In the last minute.</summary>
    public long? Last => minutes.Count > 0 ? (long)minutes[^1] : null;

    /// <summary>Takes a second's figure.</summary>
    public void Sample()
    {
        using var process = Process.GetProcessById(pid);
        seconds.Add(process.WorkingSet64 >> 20);
    }

    /// <summary>Makes a minute's figure of what was taken since the last one.</summary>
    public void EndMinute()
    {
        if (seconds.Count > 0)
            minutes.Add(seconds.Average());
        seconds.Clear();
    }
}
