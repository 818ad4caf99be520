using Amused.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>The registers that a kernel works in.</summary>
internal enum LaneWidth
{
    /// <summary>One number at a time: any processor.</summary>
    Single,

    /// <summary>AVX2: 8 numbers.</summary>
    Half,

    /// <summary>AVX-512: 16 numbers.</summary>
    Wide,
}

/// <summary>A kernel over rows, written once for all widths of registers.</summary>
internal interface IRowKernel
{
    /// <summary>Does the rows from <paramref name="from"/> to before <paramref name="to"/>; must not throw.</summary>
    void Run<TLanes>(int from, int to) where TLanes : unmanaged, ILanes<TLanes>;
}

internal static class RowKernels
{
    /// <summary>The longest row: rows stand on the stack as float32.</summary>
    public const int LongestRow = 1 << 14;

    /// <summary>The widest registers of this processor.</summary>
    public static LaneWidth Widest { get; } = Processor.HasAvx512 ? LaneWidth.Wide : Processor.HasAvx2 ? LaneWidth.Half : LaneWidth.Single;

    /// <summary>
    /// Whether kernels over rows can take bfloat16 activations: they are on the CPU, no gradient is wanted, and the processor has vectors.
    /// </summary>
    public static bool Fit(Tensor x) =>
        x.dtype == ScalarType.BFloat16 && x.device.type == DeviceType.CPU && !is_grad_enabled() && Widest != LaneWidth.Single
            && x.shape[^1] <= LongestRow;

    /// <summary>Runs a kernel over all rows, on libtorch's threads.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Numbers that the kernel reads of each, which decides whether another thread pays.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    /// <param name="lanes">The registers; for tests, as all give the same.</param>
    public static void Run<TKernel>(int rows, int width, TKernel kernel, LaneWidth lanes) where TKernel : unmanaged, IRowKernel
    {
        if (lanes == LaneWidth.Wide)
            NativeParallel.ForRows(rows, width, new Rows<TKernel, WideLanes>(kernel));
        else if (lanes == LaneWidth.Half)
            NativeParallel.ForRows(rows, width, new Rows<TKernel, HalfLanes>(kernel));
        else
            NativeParallel.ForRows(rows, width, new Rows<TKernel, SingleLane>(kernel));
    }

    private readonly struct Rows<TKernel, TLanes>(TKernel kernel) : IRowWork
        where TKernel : unmanaged, IRowKernel
        where TLanes : unmanaged, ILanes<TLanes>
    {
        private readonly TKernel kernel = kernel;

        public void Run(int from, int to) => kernel.Run<TLanes>(from, to);
    }
}
