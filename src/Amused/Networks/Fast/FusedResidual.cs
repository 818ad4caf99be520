using Amused.Networks.Kernels;
using Amused.Networks.Layers;
using static TorchSharp.torch;

namespace Amused.Networks.Fast;

/// <summary>
/// The residual stream of a network in bfloat16, for inference on a CPU. What a part of a layer adds is kept back until the next norm,
/// which reads each row anyway.
/// </summary>
internal sealed unsafe class FusedResidual
{
    private readonly Tensor x;
    private readonly int batch, width;
    private readonly LaneWidth lanes;
    private Tensor? product, scales;

    /// <summary>Starts.</summary>
    /// <param name="x">(B, …, width) bfloat16; copied.</param>
    /// <param name="lanes">The registers; null: the widest.</param>
    public FusedResidual(Tensor x, LaneWidth? lanes = null)
    {
        this.x = x.is_contiguous() ? x.clone() : x.contiguous();
        (batch, width) = ((int)x.shape[0], (int)x.shape[^1]);
        this.lanes = lanes ?? RowKernels.Widest;
    }

    /// <summary>The size of the batch.</summary>
    public int Batch => batch;

    /// <summary>The number of tokens of each sequence.</summary>
    public long Tokens => x.numel() / width / batch;

    /// <summary>
    /// Adds a product, [rows, width] or the stream's own shape, contiguous; a raw one with its rows' scales. Both are taken over, out of
    /// any dispose scope, and freed once they are added.
    /// </summary>
    public void Add(Tensor product, Tensor? scales = null)
    {
        Settle();
        (this.product, this.scales) = (product.DetachFromDisposeScope(), scales?.DetachFromDisposeScope());
    }

    /// <summary>The stream after a norm and, if asked, a modulation, as bytes for the next product.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="scale">(B, 1, width); null: no modulation.</param>
    /// <param name="shift">(B, 1, width).</param>
    public Int8Rows ToBytes(INorm norm, Tensor? scale = null, Tensor? shift = null)
    {
        var rows = Int8Rows.Empty(x.numel() / width, width);
        Run(norm, scale, shift, new() { Target = rows.Values.Pointer<byte>(), Scales = rows.Scales.Pointer<float>() });
        return rows;
    }

    /// <summary>The same as bfloat16, of the stream's shape.</summary>
    public Tensor ToNumbers(INorm norm, Tensor? scale = null, Tensor? shift = null)
    {
        var normed = empty_like(x);
        Run(norm, scale, shift, new() { Numbers = normed.Pointer<ushort>() });
        return normed;
    }

    /// <summary>The stream itself, of the shape that it was given in.</summary>
    public Tensor ToTensor()
    {
        Settle();
        return x;
    }

    private void Run(INorm norm, Tensor? scale, Tensor? shift, AdaptiveNormKernel kernel)
    {
        using var scope = NewDisposeScope();
        var (weight, factor, addend) = (norm.Weight.to(ScalarType.BFloat16), scale?.contiguous(), shift?.contiguous());
        kernel.Weight = weight.Pointer<ushort>();
        (kernel.Eps, kernel.IsCentred) = ((float)norm.Eps, norm.IsCentred);
        if (factor is not null && addend is not null)
        {
            kernel.Scale = factor.Pointer<ushort>();
            kernel.Shift = addend.Pointer<ushort>();
        }
        Run(kernel);
    }

    private void Settle()
    {
        if (product is not null)
            Run(default);
    }

    private void Run(AdaptiveNormKernel kernel)
    {
        var rows = (int)(x.numel() / width);
        kernel.X = x.Pointer<ushort>();
        (kernel.Width, kernel.RowsOfItem) = (width, rows / batch);
        kernel.Addend = product is null ? null : product.Pointer<ushort>();
        kernel.AddendScales = scales is null ? null : scales.Pointer<float>();
        RowKernels.Run(rows, width, kernel, lanes);
        product?.Dispose();
        scales?.Dispose();
        (product, scales) = (null, null);
    }
}
