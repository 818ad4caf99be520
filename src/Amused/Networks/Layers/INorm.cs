using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>A norm over the last dimension: <c>(x − mean)·rsqrt(mean of squares + eps)·weight</c>, the mean taken away or not.</summary>
internal interface INorm
{
    /// <summary>[width].</summary>
    Tensor Weight { get; }

    /// <summary>Added to the mean of squares.</summary>
    double Eps { get; }

    /// <summary>Whether the mean is taken away (LayerNorm), or not (RMSNorm).</summary>
    bool IsCentred { get; }

    /// <summary>[…, width] → the same shape and type.</summary>
    Tensor Forward(Tensor x);
}
