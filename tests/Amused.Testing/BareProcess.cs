using System.Diagnostics;
using System.Reflection;

namespace Amused.Testing;

/// <summary>
/// Runs tests as in a program that chooses nothing of what can be changed in libtorch, so that only what corrects wrong results is on. The projects of
/// tests choose more for themselves (<c>TestProcess</c>), so this starts another process that switches it off again.
/// </summary>
public static class BareProcess
{
    /// <summary>Runs the tests of a class that are marked as explicit, and demands that they pass.</summary>
    public static void RunExplicit(Type tests) => Run(tests.Assembly, "-class", tests.FullName!, "-explicit", "only");

    /// <summary>Runs some tests, and demands that there are any and that they pass.</summary>
    /// <param name="tests">The tests' assembly.</param>
    /// <param name="filter">Options of the test runner.</param>
    public static void Run(Assembly tests, params IReadOnlyList<string> filter)
    {
        ProcessStartInfo start = new("dotnet", [tests.Location, .. filter, "-noLogo", "-noColor"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["AMUSED_TUNING"] = "none,scalar-quarantine,no-nnpack";
        // Beside other tests, spinning threads would wait for each other; how they wait changes no number.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || output.Contains("Total: 0,", StringComparison.Ordinal))
            throw new InvalidOperationException($"exit code {process.ExitCode}: {output}");
    }
}
