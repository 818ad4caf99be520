using System.Diagnostics;
using System.Globalization;

namespace Amused.Runtime;

/// <summary>The most memory that this process has had so far.</summary>
internal static class PeakMemory
{
    /// <summary>In bytes: the resident size's high-water mark.</summary>
    public static long Bytes()
    {
        const string mark = "VmHWM:";
        // .NET's own figure is the present size on some kernels.
        if (OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(mark, StringComparison.Ordinal)) is { } line)
            return long.Parse(line.AsSpan(mark.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture) * 1024;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>
    /// Sets the mark back to the present size, after what is free has been given back to the system (Linux alone:
    /// <c>/proc/self/clear_refs</c>).
    /// </summary>
    /// <returns>Whether that was possible: otherwise the mark is that of the process's whole life.</returns>
    public static bool TryReset()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        GC.Collect();
        NativeHeap.ReturnFreePages();
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
