using Amused.Networks.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary><c>y = x·Wᵀ + b</c> over the last dimension, plus what <see cref="LowRankAdapter"/>s add.</summary>
/// <remarks>
/// Takes <c>weight</c> [out, in] and, when asked, <c>bias</c> [out]. Convolutions of 1 × 1 are linear layers over channels, and are read as
/// such. The layer can be found by its name in <see cref="ParameterSet.Layers{T}"/>.
/// </remarks>
public sealed class Linear
{
    private readonly Tensor? bias;
    private readonly Int8Weight? int8;
    private readonly List<LowRankAdapter> adapters = [];
    private Tensor? weight;

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    /// <param name="asConvolution">Whether the weight is kept as that of a 1 × 1 convolution, [out, in, 1, 1].</param>
    /// <param name="isSensitive">
    /// Whether the weight is kept in numbers where others are kept in bytes: what a whole network's signal goes through. Those of
    /// convolutions are.
    /// </param>
    public Linear(ParameterBuilder parameters, long inputs, long outputs, bool useBias = false, bool asConvolution = false,
        bool isSensitive = false)
    {
        (Inputs, Outputs) = (inputs, outputs);
        int8 = asConvolution || isSensitive ? null : Int8Weight.Take(parameters, "weight", inputs, outputs);
        if (int8 is null)
        {
            weight = asConvolution
                ? parameters.Take("weight", ParameterInit.Normal, outputs, inputs, 1, 1)
                : parameters.Take("weight", ParameterInit.Normal, outputs, inputs);
        }
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, outputs) : null;
        parameters.Register(this);
    }

    /// <summary>Width of the input.</summary>
    public long Inputs { get; }

    /// <summary>Width of the output.</summary>
    public long Outputs { get; }

    /// <summary>What is added to the layer's own product, in the order in which it was added.</summary>
    public IReadOnlyList<LowRankAdapter> Adapters => adapters;

    /// <summary>The weight, [out, in] or [out, in, 1, 1]; the network's <see cref="ParameterSet"/> owns it.</summary>
    /// <exception cref="InvalidOperationException">The layer multiplies bytes.</exception>
    internal Tensor Weight
    {
        get => weight ?? throw new InvalidOperationException("The weight of an int8 layer can't be had as numbers.");
        set => weight = value;
    }

    /// <summary>The weight in bytes; null where it is in numbers.</summary>
    internal Int8Weight? Int8 => int8;

    /// <summary>Whether a fused kernel may take this layer's raw product: bytes, and nothing else to be added.</summary>
    internal bool IsPlainInt8 => int8 is not null && bias is null && adapters.Count == 0;

    /// <summary>Lets an adapter add to the output from now on; its tensors stay the caller's.</summary>
    /// <exception cref="ArgumentException">The adapter is for a layer of other widths.</exception>
    public void Add(LowRankAdapter adapter)
    {
        if (adapter.Inputs != Inputs || adapter.Outputs != Outputs)
            throw new ArgumentException(
                $"An adapter from {adapter.Inputs} to {adapter.Outputs} does not fit a layer from {Inputs} to {Outputs}.", nameof(adapter));
        adapters.Add(adapter);
    }

    /// <summary>Takes an adapter away again; the output is then exactly what it was.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(LowRankAdapter adapter) => adapters.Remove(adapter);

    /// <summary>[…, in] → […, out].</summary>
    public Tensor Forward(Tensor x)
    {
        if (int8 is not null)
            return ForwardInt8(x, int8);
        var matrix = Weight.dim() == 4 ? Weight.flatten(1) : Weight;
        return Adapt(nn.functional.linear(x, matrix.OfType(x), bias?.OfType(x)), x);
    }

    /// <summary>
    /// [… , in] → […, out] for what is computed once and used at every step: the same but with int8 weights, where activations then lose
    /// next to nothing, at twice the time.
    /// </summary>
    public Tensor ForwardOnce(Tensor x) => int8 is null ? Forward(x) : ForwardInt8Twice(x, int8);

    private Tensor ForwardInt8(Tensor x, Int8Weight weight)
    {
        using var scope = NewDisposeScope();
        var rows = Int8Rows.Of(x.to(ScalarType.BFloat16));
        var product = RowOperators.Scale(weight.Multiply(rows), rows.Scales, bias);
        return Adapt(product.view([.. x.shape[..^1], Outputs]).to(x.dtype), x).MoveToOuterDisposeScope();
    }

    private Tensor ForwardInt8Twice(Tensor x, Int8Weight weight)
    {
        using var scope = NewDisposeScope();
        var rows = Int8Rows.TwiceOf(x.to(ScalarType.BFloat16));
        var parts = weight.Multiply(rows, ScalarType.Float32).mul_(rows.Scales.unsqueeze(1)).chunk(2, 0);
        var product = parts[0].add_(parts[1]);
        if (bias is not null)
            product.add_(bias);
        return Adapt(product.view([.. x.shape[..^1], Outputs]).to(x.dtype), x).MoveToOuterDisposeScope();
    }

    private Tensor Adapt(Tensor y, Tensor x)
    {
        foreach (var adapter in adapters)
            adapter.AddTo(y, x);
        return y;
    }
}
