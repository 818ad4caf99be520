using System.Runtime.InteropServices;

namespace Amused;

/// <summary>What stands at a path, where the system has other things than files and folders there; .NET doesn't tell.</summary>
internal static partial class FileKind
{
    /// <summary>What <see cref="Special"/> calls a device.</summary>
    public const string Device = "a device";

    private const int KindOfMode = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>Length of <c>struct statx</c>, which is the same on every processor, and where its <c>stx_mode</c> is.</summary>
    private const int StatxLength = 256, StatxMode = 28;

    /// <summary>The path is relative to the working folder; the file's kind is wanted.</summary>
    private const int AtWorkingFolder = -100, KindWanted = 1;

    /// <summary>Longer than any <c>struct stat</c> of macOS, and where its <c>st_mode</c> is.</summary>
    private const int StatLength = 1024, StatMode = 4;

    /// <summary>
    /// What is at a path in words, if it is a pipe, a socket or a device, whatever links lead there; null for all else, and for nothing.
    /// </summary>
    public static string? Special(string path) => (Mode(path) & KindOfMode) switch
    {
        Pipe => "a pipe",
        Socket => "a socket",
        CharacterDevice or BlockDevice => Device,
        _ => null,
    };

    private static int Mode(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var statx = new byte[StatxLength];
                return Statx(AtWorkingFolder, path, 0, KindWanted, statx) == 0 ? BitConverter.ToUInt16(statx, StatxMode) : 0;
            }
            if (OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            {
                var stat = new byte[StatLength];
                return Stat(path, stat) == 0 ? BitConverter.ToUInt16(stat, StatMode) : 0;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library of before 2018: pipes are then opened as files are.
        }
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint wanted, [Out] byte[] result);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, [Out] byte[] result);
}
