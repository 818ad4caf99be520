using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Runtime;

/// <summary>Which library multiplies float32 matrices on the CPU.</summary>
/// <remarks>
/// libtorch takes MKL, which is slow on processors that aren't Intel's: some 150 GFLOP/s where oneDNN reaches 400 (two cores, AVX-512). Only by allowing
/// bfloat16 <em>inside</em> a float32 product does libtorch hand the product to oneDNN. oneDNN makes use of that permission only where the processor has
/// AMX tiles; elsewhere it multiplies in full float32. So it is asked for where there are no tiles, and one product is checked.
/// </remarks>
internal static unsafe class Float32Products
{
    // The numbers of ATen's enumerations Float32Backend, Float32Op and Float32Precision.
    private const int BackendMkldnn = 2;
    private const int OpMatmul = 3;
    private const int PrecisionNone = 0;
    private const int PrecisionBFloat16 = 3;

    /// <summary>Relative error of one product beyond which float32 wasn't kept; bfloat16 gives about 3e-3, float32 1e-6.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Hands float32 products to oneDNN where that is faster and changes no result beyond rounding.</summary>
    /// <param name="torchCpu">libtorch_cpu, loaded.</param>
    /// <returns>Why that isn't so here; null: it is done.</returns>
    public static string? PreferOneDnn(IntPtr torchCpu)
    {
        if (!IsWorthwhile)
            return "only for Linux on processors with AVX-512 and without AMX";
        if (!NativeLibrary.TryGetExport(torchCpu, "_ZN2at13globalContextEv", out var globalContext)
            || !NativeLibrary.TryGetExport(torchCpu, "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE", out var setPrecision))
        {
            return "this libtorch doesn't export its setting";
        }
        var context = ((delegate* unmanaged<IntPtr>)globalContext)();
        var set = (delegate* unmanaged<IntPtr, int, int, int, void>)setPrecision;
        set(context, BackendMkldnn, OpMatmul, PrecisionBFloat16);
        if (KeepsFloat32())
            return null;
        set(context, BackendMkldnn, OpMatmul, PrecisionNone);
        return "oneDNN rounds products to bfloat16 here";
    }

    /// <summary>AVX-512 without AMX, on Linux: where oneDNN was measured to be faster and to stay exact.</summary>
    private static bool IsWorthwhile => OperatingSystem.IsLinux() && Processor.HasAvx512 && !Processor.HasTiles;

    private static bool KeepsFloat32()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(0);
        var (left, right) = (randn([128, 256], generator: generator), randn([256, 192], generator: generator));
        var exact = left.to(ScalarType.Float64).mm(right.to(ScalarType.Float64));
        var error = (left.mm(right).to(ScalarType.Float64) - exact).abs().max() / exact.abs().max();
        return error.item<double>() < Tolerance;
    }
}
