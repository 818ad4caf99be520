using System.Text.RegularExpressions;
using Xunit;

namespace Amused.Tests;

public sealed partial class RealFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RealFileTests() => folder.Write("blobs/content", new byte[500]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_links_length_is_that_of_the_file_at_its_end()
    {
        Link("snapshots/one/file", "../../blobs/content");
        Link("link to the link", "snapshots/one/file");
        Link("absolute", folder["link to the link"]);

        foreach (var path in new[] { "blobs/content", "snapshots/one/file", "link to the link", "absolute" })
            Assert.Equal((500, folder["blobs/content"]), (RealFile.At(folder[path]).Length, RealFile.At(folder[path]).FullName));
    }

    [Fact]
    public void A_relative_link_in_a_folder_that_is_itself_a_link_is_taken_from_where_the_folder_lies()
    {
        Link("snapshots/one/file", "../../blobs/content");
        Directory.CreateSymbolicLink(folder["model"], "snapshots/one");

        Assert.Equal(500, RealFile.At(folder["model/file"]).Length);
        Assert.True(RealFile.IsSame(folder["model"], folder["snapshots/one"]));
        Assert.False(RealFile.IsSame(folder["model"], folder["snapshots"]));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_no_file()
    {
        Link("lost", "blobs/none");
        Link("round", "round");
        Assert.All(new[] { "lost", "none" }, path => Assert.False(RealFile.At(folder[path]).Exists));
        Assert.Equal(folder["round"], RealFile.At(folder["round"]).FullName);
    }

    [Fact]
    public void A_path_from_the_working_folder_is_followed_too()
        => Assert.Equal(Path.GetFullPath("none"), RealFile.At("none").FullName);

    [Fact]
    public void Nothing_else_in_the_sources_asks_a_path_for_what_would_be_the_links_own()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(GoldenFolder.Repository, "src"), "*.cs", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(sources);
        // FolderFiles asks which entries of a folder are links, so that each folder is read once.
        Assert.Equal(["FolderFiles.cs", $"{nameof(RealFile)}.cs"], sources.Where(path => AsksALink().IsMatch(File.ReadAllText(path)))
            .Select(Path.GetFileName).Order());
    }

    [GeneratedRegex(
        @"new (FileInfo|DirectoryInfo)\b|\b(FileInfo|DirectoryInfo) \w+ = new\(|ResolveLinkTarget\(|\.LinkTarget\b|(File|Directory)\.Get(LastWrite|LastAccess|Creation)Time|File\.GetAttributes|EnumerateFileSystemInfos")]
    private static partial Regex AsksALink();

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.CreateSymbolicLink(folder[name], target);
    }
}
