using static TorchSharp.torch;

namespace Amused.Layers.Int8;

/// <summary>
/// The residual stream of a network of int8 layers, in bfloat16. What a part of a layer adds is kept back until the next norm, which reads each row anyway.
/// </summary>
internal sealed unsafe class Int8Residual
{
    private readonly Tensor x;
    private readonly int batch, width;
    private readonly LaneWidth lanes;
    private Tensor? product, scales;

    /// <summary>Starts.</summary>
    /// <param name="x">(B, …, width) bfloat16; copied.</param>
    /// <param name="lanes">The registers; null: the widest.</param>
    public Int8Residual(Tensor x, LaneWidth? lanes = null)
    {
        this.x = x.is_contiguous() ? x.clone() : x.contiguous();
        (batch, width) = ((int)x.shape[0], (int)x.shape[^1]);
        this.lanes = lanes ?? RowKernels.Widest;
    }

    /// <summary>The size of the batch.</summary>
    public int Batch => batch;

    /// <summary>Adds a raw product [rows, width] times its rows' scales; both are taken over, out of any dispose scope, and freed once they are added.</summary>
    public void Add(Tensor product, Tensor scales)
    {
        Settle();
        (this.product, this.scales) = (product.DetachFromDisposeScope(), scales.DetachFromDisposeScope());
    }

    /// <summary>The stream after a norm and, if asked, a modulation, as bytes for the next product.</summary>
    /// <param name="weight">The norm's weight, [width].</param>
    /// <param name="eps">Added to the mean of squares.</param>
    /// <param name="isCentred">LayerNorm rather than RMSNorm.</param>
    /// <param name="scale">(B, 1, width); null: no modulation.</param>
    /// <param name="shift">(B, 1, width).</param>
    public Int8Rows Norm(Tensor weight, double eps, bool isCentred, Tensor? scale = null, Tensor? shift = null)
    {
        var rows = Int8Rows.Empty(x.numel() / width, width);
        using var scope = NewDisposeScope();
        var (norm, factor, addend) = (weight.to(ScalarType.BFloat16), scale?.contiguous(), shift?.contiguous());
        Run(new()
        {
            Weight = norm.Pointer<ushort>(), Eps = (float)eps, IsCentred = isCentred,
            Scale = factor is null ? null : factor.Pointer<ushort>(), Shift = addend is null ? null : addend.Pointer<ushort>(),
            Target = rows.Values.Pointer<byte>(), Scales = rows.Scales.Pointer<float>(),
        });
        return rows;
    }

    /// <summary>The stream itself, of the shape that it was given in.</summary>
    public Tensor ToTensor()
    {
        Settle();
        return x;
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
