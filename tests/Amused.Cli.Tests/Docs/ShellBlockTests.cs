using Xunit;

namespace Amused.Cli.Tests.Docs;

/// <summary>
/// What the documents tell to type, typed: each document from its beginning, in a clone in which nothing else was done but the README.
/// </summary>
[Trait("Category", "Long")]
public sealed class ShellBlockTests(FreshClone clone) : IClassFixture<FreshClone>
{
    public static TheoryData<string> Documents =>
        [.. DocumentedBlock.All.Where(block => block.IsRun).Select(block => block.Document).Distinct()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_blocks_of_a_document_that_are_to_be_run_run_as_they_stand(string document)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the blocks are for a Unix shell");
        Assert.SkipUnless(clone.Problem is null, $"there is no clone to run in: {clone.Problem}");
        foreach (var block in DocumentedBlock.All.Where(block => block.IsRun && block.Document == document))
        {
            var run = clone.Run(block.Text);
            Assert.True(run.ExitCode == 0, $"{document}, line {block.Line}: exit code {run.ExitCode}\n{run.Error}\n{run.Out}");
        }
    }
}
