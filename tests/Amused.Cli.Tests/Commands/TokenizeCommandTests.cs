using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Text;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class TokenizeCommandTests
{
    private static readonly string Folder = Path.Combine(TinyModel.Path, "tokenizer");

    [Fact]
    public void Each_line_of_json_gives_a_line_of_ids()
    {
        string[] texts = ["a fox", "", "line\nbreak \"quoted\"", "Füchse 🦊"];
        var input = string.Join('\n', texts.Select(text => JsonSerializer.Serialize(text))) + "\n";
        var run = CliRun.WithInput(input, "tokenize", "--json", "--model", Folder);
        Assert.Equal(0, run.ExitCode);
        var tokenizer = ClipTokenizer.Load(Folder);
        Assert.Equal(texts.Select(text => $"{{\"ids\":[{string.Join(',', tokenizer.Tokenize(text))}]}}"), run.OutLines);
    }

    [Fact]
    public void A_long_text_is_neither_cut_nor_padded()
    {
        var run = CliRun.WithInput(JsonSerializer.Serialize(string.Join(' ', Enumerable.Repeat("fox", 500))), "tokenize", "--json",
            "--model", Folder);
        Assert.True(JsonDocument.Parse(run.Out).RootElement.GetProperty("ids").GetArrayLength() >= 502);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_obstacle()
    {
        var run = CliRun.WithInput("\"a \\ud83d fox\"\n", "tokenize", "--json", "--model", Folder);
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.OutLines);
    }

    [Fact]
    public void A_line_that_is_no_json_string_is_named_by_its_number()
    {
        var run = CliRun.WithInput("\"fine\"\nfox\n", "tokenize", "--json", "--model", Folder);
        run.AssertFails(2, "line 2");
        Assert.Single(run.OutLines);
    }

    [Fact]
    public void A_checkpoint_serves_as_well_as_its_tokenizers_folder() =>
        Assert.Equal(CliRun.Output("tokenize", "a fox", "--model", Folder), CliRun.Output("tokenize", "a fox", "--model", TinyModel.Path));

    [Fact]
    public void People_see_ids_pieces_and_what_is_cut()
    {
        var output = CliRun.Output("tokenize", string.Join(' ', Enumerable.Repeat("fox", 100)) + " ENDWORD", "--model", Folder);
        Assert.Contains("<|startoftext|>", output);
        Assert.Matches(@"(?m)^\d+ +\S+ +cut$", output);
        Assert.Matches(@"(?m)^cut: .*ENDWORD$", output);
        Assert.DoesNotContain("cut", CliRun.Output("tokenize", "fox", "--model", Folder));
    }

    [Fact]
    public void Text_and_json_exclude_each_other()
    {
        CliRun.Of("tokenize", "fox", "--json", "--model", Folder).AssertFails(2, "standard input");
        CliRun.Of("tokenize", "--model", Folder).AssertFails(2, "needs a text");
        CliRun.Of("tokenize", "fox", "--model", Path.GetTempPath()).AssertFails(1, "vocab.json");
    }
}
