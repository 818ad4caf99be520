using System.Text.Json;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class QuantizeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_quantised_checkpoint_draws_and_info_knows_it()
    {
        Assert.Equal($"{folder["q"]}\n", CliRun.Output("quantize", TinyModel.Path, "--output", folder["q"]));
        CliRun.Output("generate", "fox", "--model", folder["q"], "--precision", "auto", "--steps", "1", "--output", folder["out.png"]);
        Assert.True(File.Exists(folder["out.png"]));
        var json = JsonDocument.Parse(CliRun.Output("info", folder["q"], "--json")).RootElement;
        var weights = json.GetProperty("components").GetProperty("transformer").GetProperty("weights")[0];
        Assert.Contains("I8", weights.GetProperty("dtypes").EnumerateArray().Select(type => type.GetString()));
        var plain = JsonDocument.Parse(CliRun.Output("info", TinyModel.Path, "--json")).RootElement;
        Assert.Equal(plain.GetProperty("components").GetProperty("transformer").GetProperty("weights")[0].GetProperty("parameters")
            .GetInt64(), weights.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void Info_says_which_precision_a_picture_gets_here_and_why()
    {
        var json = JsonDocument.Parse(CliRun.Output("info", TinyModel.Path, "--json")).RootElement.GetProperty("auto_precision");
        Assert.Contains(json.GetProperty("precision").GetString(), new[] { "fp32", "bf16" });
        Assert.Contains("processor", json.GetProperty("reason").GetString());
        Assert.Matches(@"(?m)^precision +(fp32|bf16) on this machine: ", CliRun.Output("info", TinyModel.Path));
    }

    [Fact]
    public void What_cannot_be_done_with_bytes_is_said_in_a_line()
    {
        CliRun.Output("quantize", TinyModel.Path, "--output", folder["q"]);
        CliRun.Of("quantize", folder["q"], "--output", folder["again"]).AssertFails(2, "quantised already");
        CliRun.Of("quantize", TinyModel.Path, "--output", folder["q"]).AssertFails(2, "not empty");
        CliRun.Of("quantize", TinyModel.Path).AssertFails(2, "--output");
    }
}
