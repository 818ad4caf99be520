using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>The C library's heap, from which libtorch takes the memory of its tensors.</summary>
internal static partial class NativeHeap
{
    /// <summary>Turns <see cref="TuneForInference"/> off for programs that set their heap up themselves (<c>runtimeconfig.json</c>).</summary>
    internal const string Switch = "Amused.TuneNativeHeap";

    // The numbers of glibc's <malloc.h>.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Makes glibc keep what is freed for the next forward pass. By default it maps every block over 128 kB (later up to 32 MB) anew and
    /// gives it back when it is freed, so each activation costs one page fault per 4 kB. No-op where the heap isn't glibc's.
    /// </summary>
    internal static void TuneForInference()
    {
        if (!OperatingSystem.IsLinux() || (AppContext.TryGetSwitch(Switch, out var isOn) && !isOn))
            return;
        try
        {
            _ = Mallopt(MmapThreshold, 32 << 20); // the highest that glibc accepts
            _ = Mallopt(TrimThreshold, int.MaxValue);
            _ = Mallopt(TopPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no mallopt.
        }
    }

    /// <summary>
    /// Gives pages of free blocks back to the system, which <see cref="TuneForInference"/> keeps glibc from doing by itself. Blocks that come and go in many
    /// sizes, as in training, leave holes everywhere in the heap, and each hole keeps the pages it once used. Some milliseconds; no-op elsewhere.
    /// </summary>
    internal static void ReturnFreePages()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no malloc_trim.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keptBytes);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
