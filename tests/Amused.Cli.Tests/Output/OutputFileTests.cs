using Amused.Cli.Output;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Output;

public sealed class OutputFileTests
{
    [Fact]
    public void Missing_folders_are_made_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        OutputFile.Prepare(folder["a/b/out.png"]);
        Assert.True(Directory.Exists(folder["a/b"]));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_file_in_the_way_of_a_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a", "");
        var error = Assert.Throws<BrokenInputException>(() => OutputFile.Prepare(folder["a/out.png"]));
        Assert.StartsWith($"cannot write {folder["a/out.png"]}", error.Message);
    }

    [Fact]
    public void A_name_that_is_too_long_is_found_out_before_the_work()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<BrokenInputException>(() => OutputFile.Prepare(folder[new string('ä', 130) + ".png"]));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokens.json", "old");
        Assert.Throws<BrokenInputException>(() => OutputFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["tokens.json"], folder.Names);
    }
}
