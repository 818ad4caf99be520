using System.Text.RegularExpressions;
using Xunit;

namespace Amused.Tests.Docs;

public sealed partial class LinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(GoldenFolder.Repository, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(GoldenFolder.Repository, "docs"), "*.md"))
            .Select(file => Path.GetRelativePath(GoldenFolder.Repository, file)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_and_folder_that_a_document_links_to_is_there(string document)
    {
        var path = Path.Combine(GoldenFolder.Repository, document);
        var targets = Link().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://") && !target.StartsWith('#'));
        Assert.DoesNotContain(targets, target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target.Split('#')[0])));
    }

    [GeneratedRegex("""(?:\]\(|src=")([^)"\s]+)""")]
    private static partial Regex Link();
}
