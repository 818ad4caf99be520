using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace Amused.Runtime;

/// <summary>
/// libtorch's stable C interface: the operators that TorchSharp doesn't wrap. A TorchSharp tensor's handle is an <c>at::Tensor*</c>, which
/// is what that interface calls an
/// <c>AtenTensorHandle</c>, so tensors pass to and fro as they are.
/// </summary>
/// <remarks>
/// Functions are looked up in the loaded library when they are first asked for. Where one is missing, as in a libtorch of another version
/// or build, the property that tells of it is false and the caller takes another way; nothing fails at load.
/// </remarks>
internal static unsafe class StableInterface
{
    private const int Float32 = 6;
    private const int BFloat16 = 15;
    private const int Int8 = 1;

    private static readonly byte[] PackOperator = Encoding.ASCII.GetBytes("onednn::qlinear_prepack\0");
    private static readonly byte[] DescribeOperator = Encoding.ASCII.GetBytes("mkldnn::_get_mkldnn_serialized_md\0");
    private static readonly byte[] ByteCountOperator = Encoding.ASCII.GetBytes("mkldnn::_nbytes\0");
    private static readonly byte[] NoOverload = [0];
    private static readonly byte[] NoPostOperator = Encoding.ASCII.GetBytes("none\0");

    // (operator, overload, arguments in and results out): each argument takes 64 bits; a tensor on the stack is consumed.
    private static readonly delegate* unmanaged<byte*, byte*, ulong*,
    int> Call = (delegate* unmanaged<byte*, byte*, ulong*, int>)Export("aoti_torch_call_dispatcher");

    private static readonly delegate* unmanaged<IntPtr, IntPtr*,
    int> NewHandle = (delegate* unmanaged<IntPtr, IntPtr*, int>)Export("aoti_torch_new_tensor_handle");

    // (x, its scale and zero point, weight, its scales and zero points, bias, output's scale, zero point and type, post-operator: name,
    // arguments, their number, algorithm, result)
    private static readonly delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr*, double, long, int*, byte*,
    double**, long, byte*, IntPtr*, int> Product =
        (delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr*, double, long, int*, byte*, double**, long, byte*,
            IntPtr*, int>)Export("aoti_torch_cpu__qlinear_pointwise_tensor");

    // (data, dimensions: number, sizes, strides, offset, type, device: kind, index, result, layout, description: bytes, their number)
    private static readonly delegate* unmanaged<void*, long, long*, long*, long, int, int, int, IntPtr*, int, byte*, long, int> FromMemory =
        (delegate* unmanaged<void*, long, long*, long*, long, int, int, int, IntPtr*, int, byte*, long,
            int>)Export("aoti_torch_create_tensor_from_blob_v2");

    private static readonly delegate* unmanaged<int> OneDnnLayout = (delegate* unmanaged<int>)Export("aoti_torch_layout__mkldnn");

    private static readonly delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int> Parallel =
        (delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int>)Export("torch_parallel_for");

    /// <summary>Whether <see cref="PackInt8"/> and <see cref="MultiplyInt8"/> are there.</summary>
    public static bool HasInt8Products => Call != null && NewHandle != null && Product != null;

    /// <summary>Whether <see cref="ByteCountOf"/>, <see cref="DescriptionOf"/> and <see cref="DescribeInt8"/> are there.</summary>
    public static bool HasDescriptions => Call != null && NewHandle != null && FromMemory != null && OneDnnLayout != null;

    /// <summary>Whether <see cref="ParallelFor"/> is there.</summary>
    public static bool HasParallelFor => Parallel != null;

    /// <summary>Lays a matrix out as oneDNN multiplies by it.</summary>
    /// <param name="weight">Signed bytes, [out, in], contiguous.</param>
    /// <returns>An opaque tensor of as many bytes, outside any dispose scope.</returns>
    public static Tensor PackInt8(Tensor weight)
    {
        var stack = stackalloc ulong[2];
        stack[1] = 0; // No shape of the input is known beforehand.
        Ask(PackOperator, weight, stack);
        return Tensor.UnsafeCreateTensor((IntPtr)stack[0]).DetachFromDisposeScope();
    }

    /// <summary>How many bytes a matrix that <see cref="PackInt8"/> laid out takes.</summary>
    public static long ByteCountOf(Tensor packed)
    {
        ulong stack;
        Ask(ByteCountOperator, packed, &stack);
        return (long)stack;
    }

    /// <summary>oneDNN's own description of such a matrix; good in this process only.</summary>
    public static byte[] DescriptionOf(Tensor packed)
    {
        ulong stack;
        Ask(DescribeOperator, packed, &stack);
        using var description = Tensor.UnsafeCreateTensor((IntPtr)stack);
        return [.. description.data<byte>()];
    }

    /// <summary>A matrix that is laid out already, for <see cref="MultiplyInt8"/>.</summary>
    /// <param name="bytes">The memory, which has to outlive the result.</param>
    /// <param name="shape">[in, out].</param>
    /// <param name="description">What <see cref="DescriptionOf"/> says of a matrix of the same shape.</param>
    /// <returns>An opaque tensor outside any dispose scope.</returns>
    public static Tensor DescribeInt8(void* bytes, ReadOnlySpan<long> shape, ReadOnlySpan<byte> description)
    {
        IntPtr result;
        var strides = stackalloc long[] { shape[1], 1 };
        fixed (long* sizes = shape)
        fixed (byte* start = description)
            Check(FromMemory(bytes, shape.Length, sizes, strides, 0, Int8, 0, 0, &result, OneDnnLayout(), start, description.Length),
                "a packed matrix");
        return Tensor.UnsafeCreateTensor(result).DetachFromDisposeScope();
    }

    /// <summary><c>(x − 128)·Wᵀ</c>, each output channel times its scale.</summary>
    /// <param name="x">Unsigned bytes with zero point 128, [rows, in]; signed ones take oneDNN's reference path, of seconds.</param>
    /// <param name="packed">What <see cref="PackInt8"/> gave.</param>
    /// <param name="scales">[out] float32.</param>
    /// <param name="constants">The scale 1 and the zero points 128 and 0.</param>
    /// <param name="type">float32 or bfloat16.</param>
    /// <returns>[rows, out], in the dispose scope that is open.</returns>
    public static Tensor MultiplyInt8(Tensor x, Tensor packed, Tensor scales, Int8Constants constants, ScalarType type)
    {
        var number = type == ScalarType.BFloat16 ? BFloat16 : Float32;
        IntPtr result;
        fixed (byte* none = NoPostOperator, empty = NoOverload)
        {
            Check(
                Product(x.Handle, constants.One.Handle, constants.MiddleByte.Handle, packed.Handle, scales.Handle, constants.Zero.Handle,
                    null, 1, 0, &number, none, null, 0, empty, &result),
                "an int8 product");
        }
        GC.KeepAlive((x, packed, scales, constants));
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>Calls back with parts of 0 … count, on libtorch's own threads; returns when all are done.</summary>
    public static void ParallelFor(long count, long grain, delegate* unmanaged<long, long, void*, void> body, void* context) =>
        Check(Parallel(0, count, grain, body, context), "a parallel loop");

    /// <summary>
    /// Calls an operator whose first argument is a tensor: the stack's other arguments stand there, and its results afterwards.
    /// </summary>
    private static void Ask(byte[] operatorName, Tensor tensor, ulong* stack)
    {
        IntPtr argument;
        Check(NewHandle(tensor.Handle, &argument), "a handle");
        stack[0] = (ulong)argument;
        fixed (byte* name = operatorName, overload = NoOverload)
            Check(Call(name, overload, stack), Encoding.ASCII.GetString(operatorName[..^1]));
        GC.KeepAlive(tensor);
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
            throw new InvalidOperationException($"libtorch's C interface refused {what}; it has written why to standard error.");
    }

    private static IntPtr Export(string name) =>
        NativeLibrary.TryGetExport(TorchRuntime.TorchCpuHandle, name, out var address) ? address : IntPtr.Zero;
}

/// <summary>The constants of an int8 product as libtorch wants them: tensors.</summary>
/// <param name="One">float32 1.</param>
/// <param name="MiddleByte">int32 128.</param>
/// <param name="Zero">int32 0.</param>
internal sealed record Int8Constants(Tensor One, Tensor MiddleByte, Tensor Zero);
