using Xunit;

namespace Amused.Cli.Tests.Launching;

/// <summary>What the scripts give a build, seen by an SDK that does nothing but write down how it was called.</summary>
public sealed class BuildEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string clone;

    public BuildEnvironmentTests()
    {
        clone = folder["a clone"];
        if (OperatingSystem.IsWindows())
            return;
        foreach (var part in new[] { "shared/Microsoft.AspNetCore.App/10.0.0", "sdk/10.0.100" })
            Directory.CreateDirectory(folder[$"net/{part}"]);
        WriteScript("net/dotnet",
            $"env > '{folder["seen"]}'\nmkdir -p '{clone}/artifacts/bin/Amused.Cli/release'\ncp '{folder["tool"]}' "
            + $"'{clone}/artifacts/bin/Amused.Cli/release/Amused.Cli'\n");
        WriteScript("tool", "echo \"drawn with $DOTNET_ROOT, at home in $HOME\"\n");
        Run("bash", "-c", $"mkdir '{clone}' && cp -R amused test build *.props *.targets '{clone}' && mkdir '{clone}/src' '{clone}/models'")
            .AssertSucceeds();
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("HOME", "/proc/nowhere", "artifacts/home")]
    [InlineData("TMPDIR", "/proc/nowhere", "artifacts/tmp")]
    public void A_folder_that_cannot_be_written_is_replaced_for_the_build_alone(string variable, string value, string replacement)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are bash's");
        var run = Build(new() { [variable] = value });
        Assert.Contains($"{variable}={Path.Combine(clone, replacement)}", File.ReadAllLines(folder["seen"]));
        Assert.Contains($"at home in {(variable == "HOME" ? value : folder.Path)}", run);
    }

    [Fact]
    public void What_can_be_written_stays_and_the_tool_is_told_where_NET_lies()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are bash's");
        Assert.Equal($"drawn with {folder["net"]}, at home in {folder.Path}\n", Build([]));
        Assert.Contains($"HOME={folder.Path}", File.ReadAllLines(folder["seen"]));
    }

    [Fact]
    public void NET_without_its_SDK_runs_what_is_built_and_builds_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are bash's");
        Directory.Delete(folder["net/sdk"], recursive: true);
        Start([]).AssertFails(1, folder["net"], "without its SDK");
    }

    private string Build(Dictionary<string, string> environment) => Start(environment).AssertSucceeds();

    private Support.CliRun Start(Dictionary<string, string> environment)
    {
        var all = new Dictionary<string, string> { ["HOME"] = folder.Path, ["PATH"] = $"{folder["net"]}:/usr/bin:/bin" };
        foreach (var (name, value) in environment)
            all[name] = value;
        return BuiltClone.Run([Path.Combine(clone, "amused")], all, "/");
    }

    private Support.CliRun Run(params string[] command) =>
        BuiltClone.Run(command, new Dictionary<string, string>(), GoldenFolder.Repository);

    private void WriteScript(string name, string text)
    {
        folder.Write(name, $"#!/usr/bin/env bash\nset -e\n{text}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder[name], (UnixFileMode)Convert.ToInt32("755", 8));
    }
}
