using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>A library for convolutions that libtorch asks before oneDNN.</summary>
internal static unsafe class NnPack
{
    /// <summary>
    /// Makes libtorch go without it. On processors whose caches it can't measure, as in some virtual machines, each attempt to start it
    /// writes a warning to standard error, for each convolution; where it does start it takes none of ours.
    /// </summary>
    /// <param name="torchCpu">libtorch_cpu, loaded.</param>
    /// <returns>Why that isn't possible; null: it is done.</returns>
    public static string? SwitchOff(nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var globalContext)
            || !NativeLibrary.TryGetExport(torchCpu, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setEnabled))
        {
            return "this libtorch doesn't export its setting";
        }
        ((delegate* unmanaged<nint, byte, void>)setEnabled)(((delegate* unmanaged<nint>)globalContext)(), 0);
        return null;
    }
}
