using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>A library for convolutions that libtorch asks before oneDNN.</summary>
internal static unsafe class NnPack
{
    /// <summary>
    /// Makes libtorch go without it. On processors whose caches it can't measure, as in some virtual machines, each attempt to start it writes a warning to standard error, for each convolution;
    /// where it does start it takes none of ours. Does nothing where libtorch's interface isn't the one that is known.
    /// </summary>
    /// <param name="torchCpu">libtorch_cpu, loaded.</param>
    public static void SwitchOff(nint torchCpu)
    {
        if (NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var globalContext)
            && NativeLibrary.TryGetExport(torchCpu, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setEnabled))
        {
            ((delegate* unmanaged<nint, byte, void>)setEnabled)(((delegate* unmanaged<nint>)globalContext)(), 0);
        }
    }
}
