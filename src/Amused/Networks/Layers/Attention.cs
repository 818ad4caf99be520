using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>
/// Multi-head attention (Vaswani et al., 2017) from <c>x</c> to a context of the same or another width, without biases, scale 1/√(head
/// width).
/// </summary>
/// <remarks>Takes <c>to_q</c>, <c>to_k</c>, <c>to_v</c> and <c>to_out.0</c>.</remarks>
/// <param name="parameters">Its place in the tree of names.</param>
/// <param name="width">Width of <c>x</c>, a multiple of <paramref name="heads"/>.</param>
/// <param name="contextWidth">Width of the context.</param>
/// <param name="heads">Number of heads.</param>
internal sealed class Attention(ParameterBuilder parameters, long width, long contextWidth, int heads)
{
    public Linear ToQuery { get; } = new(parameters["to_q"], width, width);

    public Linear ToKey { get; } = new(parameters["to_k"], contextWidth, width);

    public Linear ToValue { get; } = new(parameters["to_v"], contextWidth, width);

    public Linear ToOut { get; } = new(parameters["to_out"][0], width, width);

    public int Heads => heads;

    /// <summary>
    /// Keys and values of a context (B, S, contextWidth), (B, heads, S, head width) each, so that several forward passes can attend to it.
    /// </summary>
    public Tensor[] Project(Tensor context) =>
        [ToKey.ForwardOnce(context).SplitHeads(heads), ToValue.ForwardOnce(context).SplitHeads(heads)];

    /// <summary>Attends to a context's keys and values: x (B, T, width) → (B, T, width).</summary>
    public Tensor Forward(Tensor x, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var mixed = DotProductAttention.Of(ToQuery.Forward(x).SplitHeads(heads), keys, values);
        return ToOut.Forward(mixed.MergeHeads()).MoveToOuterDisposeScope();
    }

    /// <summary>Attends to itself: x (B, T, width) → (B, T, width).</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Forward(x, ToKey.Forward(x).SplitHeads(heads), ToValue.Forward(x).SplitHeads(heads)).MoveToOuterDisposeScope();
    }
}

/// <summary>Heads in and out of the last dimension.</summary>
internal static class AttentionHeads
{
    /// <summary>(B, T, heads · d) → (B, heads, T, d).</summary>
    public static Tensor SplitHeads(this Tensor x, int heads) => x.unflatten(x.dim() - 1, [heads, -1]).transpose(1, 2);

    /// <summary>(B, heads, T, d) → (B, T, heads · d).</summary>
    public static Tensor MergeHeads(this Tensor x) => x.transpose(1, 2).flatten(2);
}
