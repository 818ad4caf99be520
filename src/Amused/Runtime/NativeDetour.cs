using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>Makes a native function begin with a jump to another one. Done where it could be tried: on Linux x64.</summary>
internal static unsafe partial class NativeDetour
{
    // The numbers of <sys/mman.h>.
    private const int Read = 1, Write = 2, Execute = 4;

    // mov rax, address; jmp rax
    private const int AddressAt = 2, JumpAt = AddressAt + sizeof(long), Length = JumpAt + 2;

    /// <summary>Replaces a function that nobody is in.</summary>
    /// <param name="library">The library that has it.</param>
    /// <param name="function">Its name.</param>
    /// <param name="replacement">What is called from now on, with the same arguments.</param>
    /// <returns>Why that isn't possible, in which case all is as before; null: it is done.</returns>
    public static string? Place(nint library, string function, nint replacement)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return "only for Linux on x64";
        if (!NativeLibrary.TryGetExport(library, function, out var start))
            return $"the library has no function {function}";
        var first = start / Environment.SystemPageSize * Environment.SystemPageSize;
        var length = (nuint)(start + Length - first);
        if (Protect(first, length, Read | Write | Execute) != 0)
            return "the system doesn't allow code to be changed";
        Span<byte> code = new((void*)start, Length);
        (code[0], code[1]) = (0x48, 0xB8);
        MemoryMarshal.Write(code[AddressAt..], (long)replacement);
        (code[JumpAt], code[JumpAt + 1]) = (0xFF, 0xE0);
        _ = Protect(first, length, Read | Execute);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
