using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>
/// Keeps the numbers that TorchSharp gives to libtorch alive until libtorch has read them.
/// </summary>
/// <remarks>
/// <para>
/// TorchSharp makes a native <c>Scalar</c> of every number, also of the 1 that <c>a + b</c> multiplies <c>b</c> by, and passes its bare address on. From then on nothing refers to the managed
/// object, so that a garbage collection at that moment has its finalizer free the number before libtorch reads it: a wrong sum, or an error of libtorch's, once in some million operations and
/// more often where other threads allocate (TorchSharp 0.107.0; its pull requests 1434 and 1496 are about the same objects).
/// </para>
/// <para>
/// Instead of freeing one, <see cref="Keep"/> frees the one that came <see cref="Places"/> calls before. That takes 3 MB..
/// </para>
/// </remarks>
internal static unsafe class ScalarQuarantine
{
    /// <summary>How many numbers are kept: a power of two.</summary>
    private const int Places = 1 << 16;

    private static readonly nint* kept = (nint*)NativeMemory.AllocZeroed(Places, (nuint)sizeof(nint));
    private static int calls;

    /// <summary>Starts it, before the first number is freed.</summary>
    /// <param name="torchSharp">TorchSharp's native half.</param>
    /// <returns>Why that isn't possible; null: it is done.</returns>
    public static string? Install(nint torchSharp) =>
        NativeDetour.Place(torchSharp, "THSTorch_dispose_scalar", (nint)(delegate* unmanaged<nint, void>)&Keep);

    // c10::Scalar has nothing of its own to free but for symbolic numbers, which TorchSharp doesn't make; C++ takes its memory from the C library's heap.
    [UnmanagedCallersOnly]
    private static void Keep(nint scalar)
    {
        var place = Interlocked.Increment(ref calls) & (Places - 1);
        NativeMemory.Free((void*)Interlocked.Exchange(ref Unsafe.AsRef<nint>(kept + place), scalar));
    }
}
