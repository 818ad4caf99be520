using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>The C library's heap, from which libtorch takes the memory of its tensors.</summary>
internal static partial class NativeHeap
{
    // The numbers of glibc's <malloc.h>.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

    // MADV_POPULATE_WRITE of Linux.
    private const int PopulateForWriting = 23;

    /// <summary>
    /// Makes glibc keep what is freed for the next forward pass. By default it maps every block over 128 kB (later up to 32 MB) anew and
    /// gives it back when it is freed, so each activation costs one page fault per 4 kB.
    /// </summary>
    /// <returns>Why that isn't possible; null: it is done.</returns>
    internal static string? KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return "only for Linux with glibc";
        try
        {
            _ = Mallopt(MmapMax, 0); // A threshold alone does not do: the highest that glibc accepts, 32 MB, is less than an activation of a picture of 512 pixels.
            _ = Mallopt(TrimThreshold, int.MaxValue);
            _ = Mallopt(TopPad, 64 << 20);
            return null;
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no mallopt.
            return "only for Linux with glibc";
        }
    }

    /// <summary>
    /// Gives pages of free blocks back to the system, which <see cref="KeepFreedMemory"/> keeps glibc from doing by itself. Blocks that come and go in many
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

    /// <summary>
    /// Has the system lay pages under a block that will be written to as a whole, in one go: weights are hundreds of megabytes, and a page fault for each 4 kB of them takes longer than
    /// reading them, on a virtual machine above all. No-op on other systems, and on Linux before 5.14.
    /// </summary>
    /// <remarks>Large pages would be quicker still to lay, but int8 products on weights in them took half as long again and more.</remarks>
    internal static unsafe void Populate(Span<byte> block)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var page = (nuint)Environment.SystemPageSize;
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(block));
        var (from, end) = ((start + page - 1) / page * page, (start + (nuint)block.Length) / page * page);
        if (from < end)
            _ = Madvise((void*)from, end - from, PopulateForWriting);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Madvise(void* start, nuint bytes, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keptBytes);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
