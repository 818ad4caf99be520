using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary><c>y = x·Wᵀ + b</c> over the last dimension, plus what <see cref="LowRankAdapter"/>s add.</summary>
/// <remarks>
/// Takes <c>weight</c> [out, in] and, when asked, <c>bias</c> [out]. Convolutions of 1 × 1 are linear layers over channels, and are read as such.
/// The layer can be found by its name in <see cref="ParameterSet.Layers{T}"/>.
/// </remarks>
public sealed class Linear
{
    private readonly Tensor? bias;
    private readonly List<LowRankAdapter> adapters = [];

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    /// <param name="asConvolution">Whether the weight is kept as that of a 1 × 1 convolution, [out, in, 1, 1].</param>
    public Linear(ParameterBuilder parameters, long inputs, long outputs, bool useBias = false, bool asConvolution = false)
    {
        Weight = asConvolution
            ? parameters.Take("weight", ParameterInit.Normal, outputs, inputs, 1, 1)
            : parameters.Take("weight", ParameterInit.Normal, outputs, inputs);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, outputs) : null;
        parameters.Register(this);
    }

    /// <summary>Width of the input.</summary>
    public long Inputs => Weight.shape[1];

    /// <summary>Width of the output.</summary>
    public long Outputs => Weight.shape[0];

    /// <summary>What is added to the layer's own product, in the order in which it was added.</summary>
    public IReadOnlyList<LowRankAdapter> Adapters => adapters;

    /// <summary>The weight, [out, in] or [out, in, 1, 1]; the network's <see cref="ParameterSet"/> owns it.</summary>
    internal Tensor Weight { get; set; }

    /// <summary>Lets an adapter add to the output from now on; its tensors stay the caller's.</summary>
    /// <exception cref="ArgumentException">The adapter is for a layer of other widths.</exception>
    public void Add(LowRankAdapter adapter)
    {
        if (adapter.Inputs != Inputs || adapter.Outputs != Outputs)
            throw new ArgumentException($"An adapter from {adapter.Inputs} to {adapter.Outputs} does not fit a layer from {Inputs} to {Outputs}.", nameof(adapter));
        adapters.Add(adapter);
    }

    /// <summary>Takes an adapter away again; the output is then exactly what it was.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(LowRankAdapter adapter) => adapters.Remove(adapter);

    /// <summary>[…, in] → […, out].</summary>
    public Tensor Forward(Tensor x)
    {
        var matrix = Weight.dim() == 4 ? Weight.flatten(1) : Weight;
        var y = nn.functional.linear(x, matrix.OfType(x), bias?.OfType(x));
        foreach (var adapter in adapters)
            adapter.AddTo(y, x);
        return y;
    }
}
