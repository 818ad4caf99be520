using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Processes;

/// <summary>What needs no tensor, picture or progress bar starts without the libraries for them: here they are not even there.</summary>
public sealed class LightStartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string tool;

    public LightStartTests()
    {
        // Without the list of dependencies the runtime looks into the folder alone.
        var source = Path.GetDirectoryName(CliProcess.Assembly)!;
        foreach (var name in new[] { "Amused.Cli.dll", "Amused.Cli.runtimeconfig.json", "Amused.dll", "Amused.Training.dll", "System.CommandLine.dll" })
            File.Copy(Path.Combine(source, name), folder[name]);
        tool = folder["Amused.Cli.dll"];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Help_version_and_suggestions_start_alone()
    {
        Assert.Equal(CliRun.Output("generate", "--help"), Run("", "generate", "--help"));
        Assert.Equal(CliRun.Output("--version"), Run("", "--version"));
        Assert.Equal("generate\n", Run("", "[suggest:10]", "amused gen"));
        Assert.Equal(2, CliProcess.Run(tool, "", "genrate").ExitCode);
    }

    [Fact]
    public void Tokenize_starts_alone()
    {
        Assert.Equal(CliRun.Output("tokenize", "a fox", "--model", TinyModel.Path), Run("", "tokenize", "a fox", "--model", TinyModel.Path));
        Assert.StartsWith("{\"ids\":[", Run("\"a fox\"\n", "tokenize", "--json", "--model", TinyModel.Path));
    }

    [Fact]
    public void Info_starts_alone()
    {
        var picture = TinyModel.SavePicture(folder, "in.png", 1);
        Assert.Equal(CliRun.Output("info", TinyModel.Path), Run("", "info", TinyModel.Path));
        Assert.Equal(CliRun.Output("info", picture), Run("", "info", picture));
    }

    [Fact]
    public void Pull_starts_alone() =>
        CliProcess.Run(tool, "", "pull", "not a hub id").AssertFails(1, "not a hub id");

    private string Run(string input, params string[] args)
    {
        var run = CliProcess.Run(tool, input, args);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Out;
    }
}
