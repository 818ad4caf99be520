using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("amused gen", "generate")]
    [InlineData("amused generate --neg", "--negative-prompt")]
    [InlineData("./amused generate --pre", "--precision")]
    [InlineData("amused generate --precision b", "bf16")]
    [InlineData("amused completion f", "fish")]
    public void A_begun_word_is_completed(string line, string word) =>
        Assert.Contains(word, CliRun.Output($"[suggest:{line.Length}]", line).Split('\n'));

    [Fact]
    public void A_choice_offers_its_words_alone() =>
        Assert.Equal(["auto", "bf16", "fp16", "fp32", "int8"], CliRun.Output("[suggest:28]", "amused generate --precision ")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public void Each_shells_script_asks_the_program_itself(string shell) =>
        Assert.Contains("[suggest:", CliRun.Output("completion", shell));

    [Fact]
    public void An_unknown_shell_is_refused_and_the_known_ones_named() =>
        CliRun.Of("completion", "csh").AssertFails(2, "'csh'", "bash, zsh, fish, powershell");
}
