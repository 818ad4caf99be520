using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary><c>scale·(x·Aᵀ)·Bᵀ</c>, added to the output of a linear layer (LoRA: Hu et al., 2021, section 4.1).</summary>
/// <remarks>The tensors are the caller's, in any floating-point type: they are computed with in the type of the activations.</remarks>
public sealed class LowRankAdapter
{
    /// <summary>Joins two matrices.</summary>
    /// <param name="down">A, [rank, in].</param>
    /// <param name="up">B, [out, rank].</param>
    /// <param name="scale">What the product is multiplied by: strength × alpha / rank.</param>
    /// <exception cref="ArgumentException">The matrices do not go together.</exception>
    public LowRankAdapter(Tensor down, Tensor up, double scale)
    {
        if (down.dim() != 2 || up.dim() != 2 || down.shape[0] != up.shape[1])
            throw new ArgumentException("A must be [rank, in] and B [out, rank].");
        (Down, Up, Scale) = (down, up, scale);
    }

    /// <summary>A, [rank, in].</summary>
    public Tensor Down { get; }

    /// <summary>B, [out, rank].</summary>
    public Tensor Up { get; }

    /// <summary>What the product is multiplied by: strength × alpha / rank. Any number; 0 adds nothing.</summary>
    public double Scale { get; set; }

    /// <summary>The share of the inputs that is set to 0 on the way into A, while training. From 0 to 1.</summary>
    /// <value>The default value is 0.</value>
    public double Dropout { get; set; }

    /// <summary>The rank: rows of A.</summary>
    public long Rank => Down.shape[0];

    /// <summary>Width of the input.</summary>
    public long Inputs => Down.shape[1];

    /// <summary>Width of the output.</summary>
    public long Outputs => Up.shape[0];

    /// <summary>Adds in place to the layer's own answer <paramref name="y"/> […, out] to <paramref name="x"/> […, in].</summary>
    public void AddTo(Tensor y, Tensor x)
    {
        using var scope = NewDisposeScope();
        var input = Dropout > 0 ? nn.functional.dropout(x, Dropout, training: true) : x;
        var inner = nn.functional.linear(input, Down.OfType(x));
        y.add_(nn.functional.linear(inner, Up.OfType(x)), alpha: Scale);
    }

    /// <summary>What it adds to the layer's weight: <c>scale·B·A</c>, [out, in], in float32.</summary>
    public Tensor WeightDelta()
    {
        using var scope = NewDisposeScope();
        return Up.to(ScalarType.Float32).matmul(Down.to(ScalarType.Float32)).mul_(Scale).MoveToOuterDisposeScope();
    }
}
