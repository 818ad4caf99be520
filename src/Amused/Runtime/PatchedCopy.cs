using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Amused.Runtime;

/// <summary>Loads TorchSharp's native library from a copy that an older libstdc++ accepts.</summary>
internal static partial class PatchedCopy
{
    /// <summary>The symbol version that older systems lack, and the only symbol that may stand behind it.</summary>
    /// <remarks>
    /// The symbol is a mark that GCC 13's &lt;iostream&gt; leaves in every object file so that an older library is refused;
    /// nothing calls it. Any other symbol of that version would be a real need, and weakening it would only move the failure.
    /// </remarks>
    internal const string MissingVersion = "GLIBCXX_3.4.32";
    internal const string UnusedSymbol = "_ZSt21ios_base_library_initv";

    private const uint CloseOnExec = 1;

    /// <summary>Loads the library from memory, with its need for <see cref="MissingVersion"/> marked as one that may go unmet.</summary>
    /// <exception cref="InvalidDataException">The file is no library of the kind that this was made for.</exception>
    /// <exception cref="DllNotFoundException">The system refuses the copy too.</exception>
    [SupportedOSPlatform("linux")]
    internal static IntPtr Load(string path)
    {
        var image = File.ReadAllBytes(path);
        ElfFile.Parse(image).MarkWeak(image, MissingVersion, UnusedSymbol);
        using var file = CreateMemoryFile(Path.GetFileName(path)) ?? CreateTemporaryFile(path);
        RandomAccess.Write(file, image, 0);
        // The mapping outlives the descriptor, so neither form of the copy leaves anything behind.
        return NativeLibrary.Load($"/proc/self/fd/{file.DangerousGetHandle()}");
    }

    private static SafeFileHandle? CreateMemoryFile(string name)
    {
        try
        {
            var file = MemfdCreate(name, CloseOnExec);
            if (!file.IsInvalid)
                return file;
            file.Dispose();
        }
        catch (EntryPointNotFoundException)
        {
            // Older than glibc 2.27.
        }
        return null;
    }

    // Not a name that others could guess and occupy, and gone from the folder as soon as the handle is closed.
    private static SafeFileHandle CreateTemporaryFile(string path) =>
        File.OpenHandle(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + Path.GetFileName(path)),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Read,
            FileOptions.DeleteOnClose);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle MemfdCreate(string name, uint flags);
}
