using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>What happens to products, row by row.</summary>
internal static unsafe class RowOperators
{
    /// <summary>A raw product [rows, width] bfloat16 times its rows' scales, plus a bias [width]: in place.</summary>
    public static Tensor Scale(Tensor product, Tensor scales, Tensor? bias = null, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        var addend = bias?.to(ScalarType.BFloat16);
        ScaleKernel kernel = new()
        {
            X = product.Pointer<ushort>(), Scales = scales.Pointer<float>(), Bias = addend is null
                ? null
                : addend.Pointer<ushort>(), Width = (int)product.shape[1],
        };
        RowKernels.Run((int)product.shape[0], kernel.Width, kernel, lanes ?? RowKernels.Widest);
        return product;
    }

    /// <summary>GEGLU of (…, 2 · width) bfloat16 → (…, width) bfloat16.</summary>
    public static Tensor Geglu(Tensor product, LaneWidth? lanes = null)
    {
        using var scope = NewDisposeScope();
        product = product.contiguous();
        var width = (int)(product.shape[^1] / 2);
        var gated = empty([.. product.shape[..^1], width], ScalarType.BFloat16);
        RowKernels.Run((int)(gated.numel() / width), width,
            new GegluKernel { Source = product.Pointer<ushort>(), Numbers = gated.Pointer<ushort>(), Width = width }, lanes
            ?? RowKernels.Widest);
        return gated.MoveToOuterDisposeScope();
    }

    /// <summary>softmax over the last dimension of (…, width) bfloat16, contiguous: in place.</summary>
    public static Tensor Softmax(Tensor x, LaneWidth? lanes = null)
    {
        SoftmaxKernel kernel = new() { X = x.Pointer<ushort>(), Width = (int)x.shape[^1] };
        RowKernels.Run((int)(x.numel() / kernel.Width), kernel.Width, kernel, lanes ?? RowKernels.Widest);
        return x;
    }

    /// <summary>A raw product [B · T, heads · d] times its rows' scales and a factor → (B, heads, T, d).</summary>
    public static Tensor SplitHeads(Tensor product, Tensor scales, int batch, int heads, double factor = 1, LaneWidth? lanes = null)
    {
        var (rows, width) = ((int)product.shape[0], (int)product.shape[1]);
        var split = empty([batch, heads, rows / batch, width / heads], ScalarType.BFloat16);
        SplitHeadsKernel kernel = new()
        {
            Source = product.Pointer<ushort>(), Scales = scales.Pointer<float>(), Target = split.Pointer<ushort>(),
            Heads = heads, Places = rows / batch, HeadWidth = width / heads, Factor = (float)factor,
        };
        RowKernels.Run(rows, width, kernel, lanes ?? RowKernels.Widest);
        return split;
    }
}
