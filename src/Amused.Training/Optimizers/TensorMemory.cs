using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Training;

internal static class TensorMemory
{
    /// <summary>Some of a contiguous CPU tensor's elements, in row-major order. The tensor must outlive the span.</summary>
    public static Span<T> Elements<T>(this Tensor tensor, long start, int count) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tensor.bytes).Slice((int)start, count);

    /// <summary>Whether <see cref="Elements"/> can show the tensor as float32.</summary>
    public static bool IsPlainFloat32(this Tensor tensor) =>
        tensor.device.type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();
}
