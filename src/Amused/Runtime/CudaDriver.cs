using System.Runtime.InteropServices;

namespace Amused.Runtime;

/// <summary>Asks NVIDIA's driver what TorchSharp does not tell: of which generation a graphics card is.</summary>
internal static unsafe class CudaDriver
{
    /// <summary>Ampere: the first generation that multiplies bfloat16.</summary>
    public const int FirstWithBFloat16 = 8;

    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR of cuda.h.
    private const int ComputeCapabilityMajor = 75;

    /// <summary>The first number of a card's compute capability; 0 where there is no such card, or no driver that could be asked.</summary>
    /// <param name="index">The card, counted as libtorch counts.</param>
    public static int ComputeCapability(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var deviceGet)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var getAttribute))
            return 0;
        int device, major;
        return ((delegate* unmanaged<uint, int>)init)(0) == 0
            && ((delegate* unmanaged<int*, int, int>)deviceGet)(&device, index) == 0
            && ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&major, ComputeCapabilityMajor, device) == 0
                ? major
                : 0;
    }
}
