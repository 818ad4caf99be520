using System.Diagnostics;
using System.Reflection;
using Amused.Cli.Tests.Support;

namespace Amused.Cli.Tests.Launching;

/// <summary>
/// What a clone holds once it is built, in a folder whose name has a space: the scripts, and the tool with its libraries as links. Someone
/// else runs it: where the tests have the rights, a user who isn't the one who built it.
/// </summary>
public sealed class BuiltClone : IDisposable
{
    /// <summary>A user who owns nothing and has no home, as the kernel calls it who maps users.</summary>
    private const string Nobody = "65534";

    private readonly string root = Directory.CreateTempSubdirectory("amused clone-").FullName;

    public BuiltClone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var release = Path.Combine("artifacts", "bin", "Amused.Cli", Configuration.ToLowerInvariant());
        var shell = $"""
            set -e
            cp -R amused test build *.props *.targets "$1"
            mkdir -p "$1/src" "$1/models" "$1/artifacts/bin/Amused.Cli"
            cp -al {release} "$1/artifacts/bin/Amused.Cli/release" || cp -a {release} "$1/artifacts/bin/Amused.Cli/release"
            echo cpu > "$1/artifacts/amused.built"
            chmod -R a+rX "$1/amused" "$1/test" "$1/build" "$1"/*.props "$1"/*.targets
            find "$1" -type d -exec chmod a-w,a+rx {"{}"} +
            """;
        Run(["bash", "-c", shell, "bash", root], new Dictionary<string, string>(), GoldenFolder.Repository).AssertSucceeds();
    }

    /// <summary>The folder.</summary>
    public string Root => root;

    /// <summary>Whether the tests run as root, and so may start programs as someone else and hide folders.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    /// <summary>Runs a script of the clone as someone who may write nowhere in it.</summary>
    /// <param name="script"><c>amused</c> or <c>test</c>.</param>
    /// <param name="environment">All variables that are set, but the PATH where it isn't among them.</param>
    /// <param name="args">Its arguments.</param>
    internal CliRun Start(string script, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> args) =>
        AsSomeoneElse([Path.Combine(root, script), .. args], environment);

    /// <summary>Runs a program as someone who may write nowhere in the clone.</summary>
    internal CliRun AsSomeoneElse(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment) =>
        Run([.. IsRoot ? (string[])["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [], .. command], environment,
            "/");

    /// <summary>Runs a program to its end.</summary>
    internal static CliRun Run(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            Run(["bash", "-c", "find \"$1\" -type d -exec chmod u+w {} +", "bash", root], new Dictionary<string, string>(), "/")
                .AssertSucceeds();
        Directory.Delete(root, recursive: true);
    }

    private static string Configuration => typeof(BuiltClone).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
}
