using System.Diagnostics;
using System.Net.Sockets;
using Amused.Images;
using Amused.Weights;
using Xunit;

namespace Amused.Tests;

/// <summary>What users name as a file and is none: it is refused at once, in one line that names it.</summary>
public sealed class UserFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("amused-file-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_pipe_that_nobody_writes_to_is_refused_and_not_waited_for()
    {
        var path = Pipe();
        Assert.Equal($"{path}: is a pipe; a regular file is needed",
            Assert.Throws<BrokenInputException>(() => UserFile.Open(path)).Message);
        Assert.Throws<BrokenInputException>(() => UserFile.Bytes(path, 10));
        Assert.Throws<BrokenInputException>(() => RgbImage.Load(path));
        Assert.Throws<BrokenInputException>(() => SafetensorsFile.Open(path));
    }

    [Fact]
    public void A_link_to_a_pipe_is_a_pipe()
    {
        var link = Path.Combine(folder.FullName, "link");
        File.CreateSymbolicLink(link, Pipe());
        Assert.Contains("is a pipe", Assert.Throws<BrokenInputException>(() => UserFile.Open(link)).Message);
    }

    [Fact]
    public void A_socket_and_a_device_are_refused()
    {
        var path = Path.Combine(folder.FullName, "socket");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Contains("is a socket", Assert.Throws<BrokenInputException>(() => UserFile.Open(path)).Message);
        if (!OperatingSystem.IsWindows())
            Assert.Equal("/dev/zero: is a device; a regular file is needed",
                Assert.Throws<BrokenInputException>(() => RgbImage.Load("/dev/zero")).Message);
    }

    [Fact]
    public void A_folder_a_missing_file_and_no_path_at_all_are_told_apart()
    {
        Assert.Contains("is a folder", Assert.Throws<BrokenInputException>(() => UserFile.Open(folder.FullName)).Message);
        Assert.Contains("there is no such file",
            Assert.Throws<BrokenInputException>(() => UserFile.Open(Path.Combine(folder.FullName, "missing"))).Message);
        Assert.Throws<InvalidRequestException>(() => UserFile.Open(""));
    }

    [Fact]
    public void A_file_beyond_the_limit_is_refused_before_it_is_read()
    {
        var path = Path.Combine(folder.FullName, "large");
        using (var file = File.Create(path))
            file.SetLength(3L << 30); // Sparse: it takes no room.
        Assert.Equal($"{path}: is longer than 64 MiB; no file of this kind is",
            Assert.Throws<BrokenInputException>(() => UserFile.Bytes(path, 64 << 20)).Message);
        Assert.Contains("is longer than 64 MiB", Assert.Throws<BrokenInputException>(() => UserFile.Lines(path, 64 << 20).First()).Message);
    }

    [Fact]
    public void Text_is_read_without_its_mark_and_must_be_UTF_8()
    {
        var path = Path.Combine(folder.FullName, "text");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "naïve\r\nfox\n"u8]);
        Assert.Equal(["naïve", "fox"], UserFile.Lines(path, 100));
        File.WriteAllBytes(path, [0x6E, 0x61, 0xEF, 0x76, 0x65]);
        Assert.Equal($"{path}: is no text in UTF-8", Assert.Throws<BrokenInputException>(() => UserFile.Text(path, 100)).Message);
    }

    /// <summary>A system's own file says that it has no length.</summary>
    [Fact]
    public void A_file_that_does_not_know_its_length_is_read_to_its_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has such files");
        Assert.Contains("Linux", UserFile.Text("/proc/version", 10_000));
    }

    private string Pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        var path = Path.Combine(folder.FullName, "pipe");
        Process.Start("mkfifo", [path])!.WaitForExit();
        return path;
    }
}
