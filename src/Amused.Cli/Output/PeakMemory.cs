using System.Diagnostics;
using System.Globalization;

namespace Amused.Cli.Output;

/// <summary>The most memory that this process has had so far.</summary>
internal static class PeakMemory
{
    /// <summary>In bytes: the resident size's high-water mark.</summary>
    public static long Bytes()
    {
        const string mark = "VmHWM:";
        // .NET's own figure is the present size on some kernels.
        if (OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(mark, StringComparison.Ordinal)) is { } line)
            return long.Parse(line.AsSpan(mark.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture) * 1024;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
