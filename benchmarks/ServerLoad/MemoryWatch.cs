using System.Diagnostics;

namespace ServerLoad;

/// <summary>What memory the server's process holds, minute by minute.</summary>
internal sealed class MemoryWatch(int pid)
{
    private readonly List<long> samples = [];

    /// <summary>After the first minute, in MiB.</summary>
    public long? First => samples.Count > 0 ? samples[0] : null;

    /// <summary>Now.</summary>
    public long? Last => samples.Count > 0 ? samples[^1] : null;

    /// <summary>The most of all minutes.</summary>
    public long? Most => samples.Count > 0 ? samples.Max() : null;

    public void Sample()
    {
        using var process = Process.GetProcessById(pid);
        samples.Add(process.WorkingSet64 >> 20);
    }
}
