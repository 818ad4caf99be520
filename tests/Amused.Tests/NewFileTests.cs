using System.Diagnostics;
using Xunit;

namespace Amused.Tests;

public sealed class NewFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_is_seen_until_the_file_is_complete()
    {
        using var file = NewFile.Prepare(folder["a"], stream => stream.WriteByte(1));
        Assert.False(File.Exists(folder["a"]));
        file.Complete();
        Assert.Equal([1], File.ReadAllBytes(folder["a"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        folder.Write("a", "old");
        var error = Assert.Throws<BrokenInputException>(() => NewFile.Write(folder["a"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal($"{folder["a"]}: cannot be written: No space left on device", error.Message);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Missing_folders_are_made_unless_the_caller_wants_them_to_be_there()
    {
        NewFile.Write(folder["a/b/file"], [1]);
        Assert.True(File.Exists(folder["a/b/file"]));
        var error = Assert.Throws<BrokenInputException>(() => NewFile.Write(folder["c/file"], [1], makeFolders: false));
        Assert.Equal($"{folder["c/file"]}: cannot be written: the folder {folder["c"]} does not exist", error.Message);
    }

    [Fact]
    public void Trying_makes_the_folders_and_leaves_nothing_else()
    {
        NewFile.Try(folder["a/b/file"]);
        Assert.True(Directory.Exists(folder["a/b"]));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Trying_finds_out_a_folder_in_the_way_a_file_in_the_way_and_a_name_that_is_too_long()
    {
        Directory.CreateDirectory(folder["folder"]);
        folder.Write("file", "");
        foreach (var path in new[] { folder["folder"], folder["file/a"], folder[new string('ä', 130) + ".png"] })
            Assert.StartsWith($"{path}: cannot be written", Assert.Throws<BrokenInputException>(() => NewFile.Try(path)).Message);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(folder.Path).Count());
    }

    [Fact]
    public void A_file_where_a_folder_is_needed_is_named()
    {
        folder.Write("file", "");
        var error = Assert.Throws<BrokenInputException>(() => NewFile.Write(folder["file/a/b"], [1]));
        Assert.Equal($"{folder["file/a/b"]}: cannot be written: {folder["file"]} is a file, where a folder is needed", error.Message);
    }

    [Fact]
    public void A_device_is_written_to_and_never_replaced()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "only Linux has a device that is always full");
        NewFile.Try("/dev/full");
        Assert.Equal("/dev/full: cannot be written: the disk is full; make room there, or write elsewhere",
            Assert.Throws<BrokenInputException>(() => NewFile.Write("/dev/full", new byte[10])).Message);
        Assert.True(File.Exists("/dev/full"));
        Assert.Empty(Directory.EnumerateFiles("/dev", ".amused-*"));
    }

    [Fact]
    public void A_disk_without_room_for_the_whole_file_is_said_to_be_full_and_keeps_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can make a small disk");
        var disk = Directory.CreateDirectory(folder["disk"]).FullName;
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk])!)
        {
            mount.WaitForExit();
            Assert.SkipUnless(mount.ExitCode == 0, "no small disk can be made here");
        }
        try
        {
            var file = Path.Combine(disk, "file");
            var message = $"{file}: cannot be written: the disk is full; make room there, or write elsewhere";
            Assert.Equal(message, Assert.Throws<BrokenInputException>(() => NewFile.Write(file, new byte[100_000])).Message);
            Assert.Equal(message, Assert.Throws<BrokenInputException>(() =>
                NewFile.Write(file, stream => stream.Write(new byte[100_000]))).Message);
            Assert.Empty(Directory.EnumerateFileSystemEntries(disk));
        }
        finally
        {
            Process.Start("umount", [disk])!.WaitForExit();
        }
    }

    [Fact]
    public void A_pipe_is_neither_written_to_nor_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        var pipe = folder["pipe.png"];
        Process.Start("mkfifo", [pipe])!.WaitForExit();
        Assert.Equal($"{pipe}: cannot be written: it is a pipe",
            Assert.Throws<BrokenInputException>(() => NewFile.Write(pipe, [1])).Message);
        Assert.Equal($"{pipe}: cannot be written: it is a pipe", Assert.Throws<BrokenInputException>(() => NewFile.Try(pipe)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_path_that_is_none_is_an_unusable_request(string path) =>
        Assert.DoesNotContain('\0', Assert.Throws<InvalidRequestException>(() => NewFile.Write(path, [1])).Message);
}
