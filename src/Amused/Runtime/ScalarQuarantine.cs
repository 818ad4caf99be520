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
/// The function that frees one is therefore made to begin with a jump to <see cref="Keep"/>, which frees the one that came <see cref="Places"/> calls before. That takes 3 MB. It is done where it
/// could be tried, on Linux x64; where the system allows no such change, and elsewhere, all is as TorchSharp has it.
/// </para>
/// </remarks>
internal static unsafe partial class ScalarQuarantine
{
    /// <summary>How many numbers are kept: a power of two.</summary>
    private const int Places = 1 << 16;

    private const string Free = "THSTorch_dispose_scalar";

    // The numbers of <sys/mman.h>.
    private const int Read = 1, Write = 2, Execute = 4;

    // mov rax, address; jmp rax
    private const int AddressAt = 2, JumpAt = AddressAt + sizeof(long), JumpLength = JumpAt + 2;

    private static readonly nint* kept = (nint*)NativeMemory.AllocZeroed(Places, (nuint)sizeof(nint));
    private static int calls;

    /// <summary>Whether it works.</summary>
    public static bool IsInstalled { get; private set; }

    /// <summary>Starts it, before the first number is freed.</summary>
    /// <param name="torchSharp">TorchSharp's native half.</param>
    public static void Install(nint torchSharp)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || !NativeLibrary.TryGetExport(torchSharp, Free, out var function))
            return;
        var page = (nint)Environment.SystemPageSize;
        var first = function / page * page;
        var length = (nuint)(function + JumpLength - first);
        if (Protect(first, length, Read | Write | Execute) != 0)
            return;
        Span<byte> code = new((void*)function, JumpLength);
        (code[0], code[1]) = (0x48, 0xB8);
        MemoryMarshal.Write(code[AddressAt..], (long)(nint)(delegate* unmanaged<nint, void>)&Keep);
        (code[JumpAt], code[JumpAt + 1]) = (0xFF, 0xE0);
        _ = Protect(first, length, Read | Execute);
        IsInstalled = true;
    }

    // c10::Scalar has nothing of its own to free but for symbolic numbers, which TorchSharp doesn't make; C++ takes its memory from the C library's heap.
    [UnmanagedCallersOnly]
    private static void Keep(nint scalar)
    {
        var place = Interlocked.Increment(ref calls) & (Places - 1);
        NativeMemory.Free((void*)Interlocked.Exchange(ref Unsafe.AsRef<nint>(kept + place), scalar));
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
