using System.Text;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Input;

public sealed class PromptFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_no_text_is_refused_before_it_becomes_prompts()
    {
        File.WriteAllBytes(folder["prompts"], [.. "a fox\n"u8, 0xff, 0xfe, 0x80, (byte)'\n']);
        CliRun.Of("generate", "--prompt-file", folder["prompts"], "--model", TinyModel.Path).AssertFails(1, folder["prompts"], "UTF-8");
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_prompt()
    {
        File.WriteAllText(folder["prompts"], "{\"prompt\": \"fox\", \"steps\": 1, \"output\": \"" + folder["{prompt}.png"]
            + "\"}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        CliRun.Output("generate", "--prompt-file", folder["prompts"], "--model", TinyModel.Path);
        Assert.Equal(["fox.png", "prompts"], folder.Names);
    }

    [Theory]
    [InlineData(@"{""prompt"": ""fox \ud83d""}")]
    [InlineData(@"{""prompt"": ""fox"", ""\udd8a"": 1}")]
    public void Half_of_a_character_is_placed(string line) =>
        CliRun.Of("generate", "--prompt-file", folder.Write("prompts", $"a fox\n{line}\n"), "--model", TinyModel.Path)
            .AssertFails(2, $"{folder["prompts"]}, line 2", "half of a character");

    [Fact]
    public void Broken_json_is_placed_and_an_example_shows_what_is_right() =>
        CliRun.Of("generate", "--prompt-file", folder.Write("prompts", "a fox\n{\"prompt\": fox}\n"), "--model", TinyModel.Path)
            .AssertFails(2, $"{folder["prompts"]}, line 2", "from byte 13", "{\"prompt\": \"a red fox\"");
}
