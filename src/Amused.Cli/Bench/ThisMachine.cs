namespace Amused.Cli.Bench;

/// <summary>What this program runs on, in words.</summary>
internal static class ThisMachine
{
    /// <summary>Processor and number of threads: <c>AMD EPYC 9B45, 2 threads</c>.</summary>
    public static string Name { get; } = $"{Processor()}, {Environment.ProcessorCount} threads";

    private static string Processor()
    {
        const string key = "model name";
        var line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
