using System.Diagnostics;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Launching;

/// <summary>A clone that someone built, run by someone else: it works, or one line says what is missing.</summary>
public sealed class OthersTests(BuiltClone clone) : IClassFixture<BuiltClone>, IDisposable
{
    private static readonly Dictionary<string, string> nothing = [];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("HOME=/nonexistent")]
    [InlineData("HOME=/proc/1/root")]
    [InlineData("TMPDIR=/nonexistent")]
    [InlineData("XDG_CACHE_HOME=/nonexistent")]
    public void A_picture_is_made_whatever_home_and_temporary_folders_there_are(string variable)
    {
        AssertUnix();
        AssertMakesAPicture(clone.AsSomeoneElse(Picture(Path.Combine(clone.Root, "amused")), Variables(variable)));
    }

    [Fact]
    public void A_link_to_the_script_starts_the_tool_and_the_tests_of_its_clone()
    {
        AssertUnix();
        Share();
        File.CreateSymbolicLink(folder["draw it"], Path.Combine(clone.Root, "amused"));
        File.CreateSymbolicLink(folder["try it"], Path.Combine(clone.Root, "test"));
        Assert.Equal(CliRun.Output("--version"), clone.AsSomeoneElse([folder["draw it"], "--version"], nothing).AssertSucceeds());
        clone.AsSomeoneElse([folder["try it"]], nothing).AssertFailsAs("test", 1, clone.Root);
    }

    [Fact]
    public void A_server_without_a_home_names_the_folder_that_it_cannot_write_and_the_options_that_help()
    {
        AssertUnix();
        clone.Start("amused", Variables("HOME=/proc/nowhere"), "serve", "--urls", "http://127.0.0.1:0", "--lazy")
            .AssertFails(1, "/proc/nowhere", "--data", "--no-history");
    }

    [Theory]
    [InlineData("amused")]
    [InlineData("test")]
    public void A_clone_that_is_to_be_built_by_someone_who_may_not_write_to_it_says_so_in_a_line(string script)
    {
        AssertUnix();
        using var fresh = new ScriptsAlone();
        var line = clone.AsSomeoneElse([fresh.PathOf(script)], nothing).AssertFailsAs(script, 1, fresh.Root, "clone of your own");
        Assert.Contains("built first", line);
        fresh.AddForeignArtifacts();
        Assert.Contains("built again", clone.AsSomeoneElse([fresh.PathOf(script)], nothing)
            .AssertFailsAs(script, 1, Path.Combine(fresh.Root, "artifacts"), "clone of your own"));
    }

    [Theory]
    [InlineData("amused")]
    [InlineData("test")]
    public void Too_few_files_that_may_be_open_are_told_in_a_line(string script)
    {
        AssertUnix();
        clone.AsSomeoneElse(["bash", "-c", "ulimit -n 80; exec \"$1\" --version", "bash", Path.Combine(clone.Root, script)], nothing)
            .AssertFailsAs(script, 1, "no more than 80 files", "256", "ulimit -n");
    }

    [Fact]
    public void The_program_itself_tells_of_too_few_files_too()
    {
        AssertUnix();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is read from /proc");
        clone.AsSomeoneElse(["bash", "-c", "ulimit -n 80; exec dotnet \"$1\" --version", "bash", CliProcess.Assembly], nothing)
            .AssertFails(1, "no more than 80 files");
    }

    /// <param name="isScript">
    /// Whether the PATH has a script that starts .NET, as version managers put there, instead of .NET itself.
    /// </param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NET_that_is_on_the_PATH_alone_is_found(bool isScript)
    {
        AssertMayHide();
        var elsewhere = Directory.CreateDirectory(folder["else where"]).FullName;
        var path = Directory.CreateDirectory(folder["path"]).FullName;
        if (isScript)
            File.WriteAllText(Path.Combine(path, "dotnet"), $"#!/bin/sh\nexec '{elsewhere}/dotnet' \"$@\"\n");
        else
            File.CreateSymbolicLink(Path.Combine(path, "dotnet"), Path.Combine(elsewhere, "dotnet"));
        Share();
        AssertMakesAPicture(RunWithNetAt(elsewhere, path, Picture(Path.Combine(clone.Root, "amused")), Variables("DOTNET_ROOT=/nowhere")));
    }

    [Theory]
    [InlineData("amused")]
    [InlineData("test")]
    public void Where_there_is_no_NET_a_line_says_what_to_install(string script)
    {
        AssertMayHide();
        Share();
        RunWithNetAt(Directory.CreateDirectory(folder["hidden"]).FullName, "/nowhere", [Path.Combine(clone.Root, script), "--version"],
            nothing)
            .AssertFailsAs(script, 1, "the .NET 10 SDK is missing", "https://");
    }

    /// <summary>Runs a program where .NET lies in one folder alone, and the PATH has another folder first.</summary>
    private static CliRun RunWithNetAt(string elsewhere, string path, IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> environment)
    {
        var installed = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        const string hide = """
            set -e
            mount --bind "$1" "$2"
            for folder in "$1" /usr/share/dotnet /usr/lib/dotnet /usr/lib64/dotnet /usr/local/share/dotnet; do
              [ ! -d "$folder" ] || mount -t tmpfs -o mode=755 none "$folder"
            done
            export PATH="$3:/usr/bin:/bin"
            shift 3
            exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
            """;
        return BuiltClone.Run(["unshare", "--mount", "bash", "-c", hide, "bash", installed, elsewhere, path, .. command], environment, "/");
    }

    private static Dictionary<string, string> Variables(string variable) =>
        variable.Split('=') is [var name, var value] ? new() { [name] = value } : nothing;

    /// <summary>The command for a picture, into a folder that everyone may write to.</summary>
    private string[] Picture(string script)
    {
        Share();
        return [script, "generate", "a fox", "--steps", "1", "--seed", "1", "--output", folder["out/fox.png"]];
    }

    private void AssertMakesAPicture(CliRun run)
    {
        run.AssertSucceeds();
        Assert.Equal("", run.Error);
        Assert.Equal(128, RgbImage.Load(folder["out/fox.png"]).Width);
    }

    private void Share()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(folder["out"]);
        using var chmod = Process.Start("chmod", ["-R", "a+rwx", folder.Path]);
        chmod.WaitForExit();
    }

    private static void AssertUnix() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are bash's");

    private static void AssertMayHide() => Assert.SkipUnless(BuiltClone.IsRoot, "only root may hide the .NET of the system");

    /// <summary>A clone that nobody has built: the scripts and nothing else.</summary>
    private sealed class ScriptsAlone : IDisposable
    {
        public ScriptsAlone() =>
            Shell(
                $"cp -R '{GoldenFolder.Repository}'/{{amused,test,build}} '{Root}' && mkdir '{Root}'/{{src,models}} && chmod -R "
                + $"a+rX,a-w '{Root}'");

        public string Root { get; } = Directory.CreateTempSubdirectory("amused scripts-").FullName;

        public string PathOf(string script) => Path.Combine(Root, script);

        /// <summary>Adds what a build by its owner left.</summary>
        public void AddForeignArtifacts() =>
            Shell($"chmod u+w '{Root}' && mkdir -p '{Root}/artifacts/obj' && chmod a-w '{Root}' '{Root}'/artifacts '{Root}'/artifacts/obj");

        public void Dispose()
        {
            Shell($"chmod -R u+w '{Root}'");
            Directory.Delete(Root, recursive: true);
        }

        private static void Shell(string command) => BuiltClone.Run(["bash", "-c", command], nothing, "/").AssertSucceeds();
    }
}
