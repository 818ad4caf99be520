using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class TrainTokenizerCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_vocabulary_is_learned_and_tokenizes()
    {
        var captions = folder.Write("captions.txt", "a red square\na red circle\n");
        var output = CliRun.Output("train-tokenizer", captions, "--alphabet", "seen", "--vocab-size", "24", "--max-length", "8",
            "--output", folder["new"]);
        Assert.Contains("24 pieces, 2 merges", output);
        Assert.Contains("red</w>", CliRun.Output("tokenize", "red", "--model", folder["new"]));
    }

    [Fact]
    public void What_cannot_be_learned_from_or_written_to_is_named()
    {
        var captions = folder.Write("captions.txt", "a fox");
        CliRun.Of("train-tokenizer", folder["none.txt"], "--output", folder["new"]).AssertFails(1, "none.txt");
        CliRun.Of("train-tokenizer", folder.Write("empty.txt", "\n"), "--output", folder["new"]).AssertFails(1, "no words");
        CliRun.Of("train-tokenizer", captions, "--vocab-size", "300", "--output", folder["new"]).AssertFails(2, "514");
        folder.Write("vocab.json", "{}");
        CliRun.Of("train-tokenizer", captions, "--output", folder.Path).AssertFails(2, "vocab.json");
        Assert.False(Directory.Exists(folder["new"]));
    }
}
