using System.Reflection;
using Xunit;

namespace Amused.Cli.Tests.Packaging;

/// <summary>
/// The packages, packed from what was built, in a folder of their own; and workshops beside it in which NuGet knows that folder only,
/// and for all else what this machine has restored before, or the sources of this machine too. Nothing stays behind.
/// </summary>
[CollectionDefinition(nameof(LocalFeed))]
public sealed class LocalFeedCollection : ICollectionFixture<LocalFeed>;

/// <inheritdoc cref="LocalFeedCollection"/>
public sealed class LocalFeed : IAsyncLifetime
{
    private readonly string root = Directory.CreateTempSubdirectory("amused-packages-").FullName;

    /// <summary>The variables that programs run with, beside this process's own.</summary>
    internal Dictionary<string, string> Variables { get; } = new()
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
    /// <param name="name">The name.</param>
    /// <param name="isOnline">Whether NuGet has this machine's sources there beside the packages.</param>
    internal string Workshop(string name, bool isOnline = false) =>
        Directory.CreateDirectory(Path.Combine(root, isOnline ? "online" : "offline", name)).FullName;

    /// <summary>Runs a program with NuGet set up as described, and fails with its output unless it ends well.</summary>
    internal async Task<string> Run(string folder, string program, params IReadOnlyList<string> arguments)
    {
        var result = await Try(folder, program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)} gave {result.ExitCode}:\n{result.Output}");
        return result.Output;
    }

    /// <summary>Runs a program in the same way, however it ends.</summary>
    internal Task<CommandResult> Try(string folder, string program, params IReadOnlyList<string> arguments) =>
        CommandLine.Run(folder, Variables, program, arguments);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(LocalFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await Run(
            Repository, "dotnet", "pack", "Amused.slnx", "--no-build", "-c", configuration, "-o", Feed,
            // Packing a tool publishes it first: no second copy of libtorch for that.
            "-p:CreateSymbolicLinksForPublishFilesIfPossible=true");

        var restored = (await Run(root, "dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();
        // A folder of their own for what is installed: another build of the same version may lie in the machine's.
        Variables["NUGET_PACKAGES"] = Path.Combine(root, "installed");
        foreach (var (folder, others) in new[] { ("offline", "<clear />"), ("online", "") })
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(root, folder)).FullName, "nuget.config"), $"""
                <configuration>
                  <packageSources>{others}<add key="local" value="{Feed}" /></packageSources>
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

    /// <summary>The root of this repository.</summary>
    internal static string Repository
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
