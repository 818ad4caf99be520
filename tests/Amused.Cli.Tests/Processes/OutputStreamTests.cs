using System.Text.Json;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Processes;

public sealed class OutputStreamTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_pipe_gets_the_answer_alone_in_UTF8_without_bars_or_colours()
    {
        var run = CliProcess.Run(CliProcess.Assembly, "", "generate", "Füchse 🦊", "--model", TinyModel.Path, "--steps", "2", "--output",
            folder["out.png"], "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal("Füchse 🦊", JsonDocument.Parse(Assert.Single(run.OutLines)).RootElement.GetProperty("prompt").GetString());
    }

    [Fact]
    public void A_fault_of_the_user_is_one_line_and_a_code()
    {
        CliProcess.Run(CliProcess.Assembly, "", "generate", "fox", "--stepz", "3").AssertFails(2, "--stepz");
        CliProcess.Run(CliProcess.Assembly, "", "generate", "fox", "--model", folder["nothing"], "--output", folder["out.png"])
            .AssertFails(1, "nothing");
        Assert.Empty(folder.Names);
    }
}
