using Xunit;

namespace Amused.Cli.Tests.Docs;

public class DocumentedBlockTests
{
    [Fact]
    public void Every_fence_begins_or_ends_a_block() =>
        Assert.All(
            DocumentedBlock.All.GroupBy(block => block.Document),
            document => Assert.Equal(
                2 * document.Count(), File.ReadLines(Path.Combine(GoldenFolder.Repository, document.Key))
                    .Count(line => line.StartsWith("```", StringComparison.Ordinal))));

    [Fact]
    public void Every_block_names_its_language() =>
        Assert.Empty(DocumentedBlock.All.Where(block => block.Info.Length == 0).Select(Place));

    [Fact]
    public void A_block_for_a_shell_is_run_or_says_why_not()
    {
        var blocks = DocumentedBlock.All.Where(block => block.IsShell).ToArray();
        Assert.Contains(blocks, block => block is { Document: "README.md", IsRun: true });
        Assert.Empty(blocks.Where(block => !block.IsRun && block.Reason is null).Select(Place));
        Assert.Empty(blocks.Where(block => !block.IsRun && block.Info != "bash").Select(Place));
        Assert.Empty(DocumentedBlock.All.Where(block => block.Reason is not null && (block.IsRun || !block.IsShell)).Select(Place));
    }

    private static string Place(DocumentedBlock block) => $"{block.Document}, line {block.Line}: ```{block.Info}";
}
