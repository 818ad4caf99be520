using Amused.Cli.Tests.Launching;
using Amused.Cli.Tests.Support;
using PictureBook.Tests.Support;

namespace Amused.Cli.Tests.Docs;

/// <summary>
/// The files of the repository as a clone has them, nothing built; tiny models on a hub of this machine under the published names; and small
/// drawings where <c>recipes/fetch-drawings.sh</c> would put the real ones. Home is an empty folder, but for NuGet's cache.
/// </summary>
public sealed class FreshClone : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeHub hub = new();

    public FreshClone()
    {
        hub.WithFolder("amused/amused-256", GoldenFolder.Model("tiny256")).WithFolder("amused/amused-512", GoldenFolder.Model("tiny512"));
        foreach (var name in new[] { "home", "clone/drawings" })
            Directory.CreateDirectory(folder[name]);
        // What is tracked or would be: changes that are still to be committed are tested too.
        Problem = BuiltClone.Run(
            ["bash", "-c", "set -eo pipefail; git ls-files -co --exclude-standard -z | xargs -0 cp --parents -d -t \"$1\"", "bash", folder["clone"]],
            new Dictionary<string, string>(), GoldenFolder.Repository) is { ExitCode: not 0, Error: var error } ? error : null;
        TinyIcons.WritePackage(folder["clone/drawings/fluent-emoji-flat.tgz"]);
    }

    /// <summary>Why there is no clone; null where there is one.</summary>
    internal string? Problem { get; }

    /// <summary>Runs a script of bash in the clone, by lines and words as they stand, until the first that fails.</summary>
    internal CliRun Run(string script)
    {
        var caches = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder["home"],
            ["HF_ENDPOINT"] = hub.Address.ToString(),
            ["NUGET_PACKAGES"] = caches,
            ["PATH"] = $"{folder["clone"]}:{Environment.GetEnvironmentVariable("PATH")}",
            // Servers that outlive the command would keep its output open, and this test waiting.
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        };
        // What this machine needs to reach NuGet, where the cache doesn't hold all.
        foreach (var name in new[] { "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "NUGET_CERT_REVOCATION_MODE", "DOTNET_ROOT" })
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        return BuiltClone.Run(["bash", "-euo", "pipefail", "-c", script], environment, folder["clone"]);
    }

    public void Dispose()
    {
        hub.Dispose();
        folder.Dispose();
    }
}
