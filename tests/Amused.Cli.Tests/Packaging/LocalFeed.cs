using System.Reflection;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>
/// The packages, packed from what was built, in a folder of their own; and a workshop beside it in which NuGet knows that folder only,
/// and for all else what this machine has restored before. Nothing here reaches the network or stays behind.
/// </summary>
public sealed class LocalFeed : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("amused-packages-").FullName;
    private readonly Dictionary<string, string> environment = new()
    {
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        // Servers that outlive the command would keep its output open, and this test waiting.
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
    };

    /// <summary>Where the packages lie.</summary>
    internal string Feed => Path.Combine(root, "feed");

    /// <summary>An empty folder for the name.</summary>
    internal string Workshop(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;

    /// <summary>Runs a program with NuGet set up as described, and fails with its output unless it ends well.</summary>
    internal async Task<string> Run(string folder, string program, params IReadOnlyList<string> arguments)
    {
        var result = await CommandLine.Run(folder, environment, program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)} gave {result.ExitCode}:\n{result.Output}");
        return result.Output;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(LocalFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await Run(
            RepositoryRoot, "dotnet", "pack", "Amused.slnx", "--no-build", "-c", configuration, "-o", Feed,
            // Packing a tool publishes it first: no second copy of libtorch for that.
            "-p:CreateSymbolicLinksForPublishFilesIfPossible=true");

        var restored = (await Run(root, "dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();
        environment["NUGET_PACKAGES"] = Path.Combine(root, "installed");
        await File.WriteAllTextAsync(Path.Combine(root, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="local" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Amused.slnx")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests do not run from within the repository");
            return folder.FullName;
        }
    }
}
