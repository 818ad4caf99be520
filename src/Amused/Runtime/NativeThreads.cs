using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>The OpenMP threads on which libtorch works.</summary>
internal static partial class NativeThreads
{
    /// <summary>Loops that a thread without work spins before it sleeps: some 0.1 ms, longer than the gap between two operators.</summary>
    private const string SpinCount = "5000";

    private const string SpinVariable = "GOMP_SPINCOUNT";

    /// <summary>The variables by which users say themselves how threads wait.</summary>
    private static readonly string[] UsersVariables = ["OMP_WAIT_POLICY", SpinVariable];

    /// <summary>
    /// Lets threads that have no work sleep soon. By default GNU OpenMP's spin for milliseconds at the end of each operator; on a machine that does something else
    /// too, the spinning takes the core from the very thread that is waited for, and a forward pass takes several times as long.
    /// </summary>
    /// <remarks>To be called before libgomp is loaded, which reads the environment then. What the user has set stays.</remarks>
    /// <returns>Why that isn't possible; null: it is done.</returns>
    internal static string? WaitQuietly()
    {
        if (!OperatingSystem.IsLinux())
            return "only for Linux";
        if (UsersVariables.FirstOrDefault(name => Environment.GetEnvironmentVariable(name) is not null) is { } set)
            return $"{set} is set";
        try
        {
            // .NET keeps its own copy of the environment; native code reads the C library's.
            return SetEnvironment(SpinVariable, SpinCount, overwrite: 0) == 0 ? null : "the environment can't be changed";
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Threads spin, as they do by default.
            return "the C library has no setenv";
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
