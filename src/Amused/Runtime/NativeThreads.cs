using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>The OpenMP threads on which libtorch works.</summary>
internal static partial class NativeThreads
{
    /// <summary>Loops that a thread without work spins before it sleeps: some 0.1 ms, longer than the gap between two operators.</summary>
    private const string SpinCount = "5000";

    /// <summary>
    /// Lets threads that have no work sleep soon. By default GNU OpenMP's spin for milliseconds at the end of each operator; on a machine that does something else
    /// too, the spinning takes the core from the very thread that is waited for, and a forward pass takes several times as long.
    /// </summary>
    /// <remarks>To be called before libgomp is loaded, which reads the environment then. What the user has set stays.</remarks>
    internal static void WaitQuietly()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        try
        {
            // .NET keeps its own copy of the environment; native code reads the C library's.
            _ = SetEnvironment("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without setenv: threads spin, as they do by default.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
