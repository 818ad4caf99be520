using Amused.Layers.Kernels;
using Amused.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary>
/// Multi-head attention (Vaswani et al., 2017) from <c>x</c> to a context of the same or another width, without biases, scale 1/√(head width).
/// </summary>
/// <remarks>Takes <c>to_q</c>, <c>to_k</c>, <c>to_v</c> and <c>to_out.0</c>.</remarks>
public sealed class Attention
{
    /// <summary>Scores of one head beyond which they are not written out: 256 × 256 tokens.</summary>
    private const long MostScoresInFull = 1 << 16;

    private readonly Linear toQuery, toKey, toValue, toOut;
    private readonly int heads;

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="width">Width of <c>x</c>, a multiple of <paramref name="heads"/>.</param>
    /// <param name="contextWidth">Width of the context.</param>
    /// <param name="heads">Number of heads.</param>
    public Attention(ParameterBuilder parameters, long width, long contextWidth, int heads)
    {
        toQuery = new(parameters["to_q"], width, width);
        toKey = new(parameters["to_k"], contextWidth, width);
        toValue = new(parameters["to_v"], contextWidth, width);
        toOut = new(parameters["to_out"][0], width, width);
        this.heads = heads;
    }

    /// <summary>Projects a context (B, S, contextWidth), so that several forward passes can attend to it.</summary>
    public AttentionContext Project(Tensor context) => new(toKey.ForwardOnce(context).SplitHeads(heads), toValue.ForwardOnce(context).SplitHeads(heads));

    private bool IsPlainInt8 => toQuery.IsPlainInt8 && toKey.IsPlainInt8 && toValue.IsPlainInt8 && toOut.IsPlainInt8;

    /// <summary>Attends to a context: x (B, T, width) → (B, T, width).</summary>
    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var mixed = Mix(toQuery.Forward(x).SplitHeads(heads), context.Keys, context.Values).MergeHeads();
        return toOut.Forward(mixed).MoveToOuterDisposeScope();
    }

    /// <summary>Attends to itself: x (B, T, width) → (B, T, width).</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        AttentionContext own = new(toKey.Forward(x).SplitHeads(heads), toValue.Forward(x).SplitHeads(heads));
        return Forward(x, own).MoveToOuterDisposeScope();
    }

    /// <summary>Attends from a norm of the residual stream to a context (null: to itself); the answer is added to the stream.</summary>
    /// <param name="residual">The stream, (B, …, width).</param>
    /// <param name="norm">The norm.</param>
    /// <param name="context">The context.</param>
    /// <param name="scale">(B, 1, width): what the norm is multiplied by; null: nothing.</param>
    /// <param name="shift">(B, 1, width): what is added then.</param>
    internal void AddTo(FusedResidual residual, FusedNorm norm, AttentionContext? context, Tensor? scale = null, Tensor? shift = null)
    {
        using var scope = NewDisposeScope();
        if (IsPlainInt8)
        {
            AddInt8(residual, residual.ToBytes(norm, scale, shift), context);
            return;
        }
        var x = residual.ToNumbers(norm, scale, shift);
        residual.Add((context is null ? Forward(x) : Forward(x, context)).contiguous());
    }

    /// <remarks>One quantisation serves queries, keys and values. Their products stay apart: joined, they took as long, and LoRAs could not name them.</remarks>
    private void AddInt8(FusedResidual residual, Int8Rows x, AttentionContext? context)
    {
        using var scope = NewDisposeScope();
        context ??= new(Split(toKey.Int8!, residual, x), Split(toValue.Int8!, residual, x));
        var isSmall = AreFewScores(residual.Tokens, context.Keys.shape[2]);
        var query = Split(toQuery.Int8!, residual, x, isSmall ? 1 / Math.Sqrt(toQuery.Outputs / heads) : 1);
        var mixed = isSmall ? MixScaled(query, context.Keys, context.Values) : nn.functional.scaled_dot_product_attention(query, context.Keys, context.Values).contiguous();
        var rows = Int8Rows.MergeHeads(mixed);
        residual.Add(toOut.Int8!.Multiply(rows), rows.Scales);
    }

    private Tensor Split(Int8Weight weight, FusedResidual residual, Int8Rows x, double factor = 1)
    {
        using var scope = NewDisposeScope();
        return RowOperators.SplitHeads(weight.Multiply(x), x.Scales, residual.Batch, heads, factor).MoveToOuterDisposeScope();
    }

    private static bool AreFewScores(long queries, long keys) => queries * keys <= MostScoresInFull;

    /// <summary>
    /// softmax(q·kᵀ/√d)·v. libtorch's fused kernel computes bfloat16 products of this size in float32, which takes half as long again as
    /// two products and a softmax.
    /// </summary>
    private static Tensor Mix(Tensor query, Tensor key, Tensor value)
    {
        if (query.dtype != ScalarType.BFloat16 || !AreFewScores(query.shape[2], key.shape[2]) || query.device.type != DeviceType.CPU)
            return nn.functional.scaled_dot_product_attention(query, key, value);
        return MixScaled(query * (1 / Math.Sqrt(query.shape[3])), key, value);
    }

    private static Tensor MixScaled(Tensor query, Tensor key, Tensor value)
    {
        using var scope = NewDisposeScope();
        var scores = query.matmul(key.transpose(-2, -1));
        return (FusedResidual.Fits(scores) ? RowOperators.Softmax(scores) : scores.softmax(-1)).matmul(value).MoveToOuterDisposeScope();
    }
}

/// <summary>The keys and values of what is attended to.</summary>
/// <param name="Keys">(B, heads, S, d).</param>
/// <param name="Values">(B, heads, S, d).</param>
public sealed record AttentionContext(Tensor Keys, Tensor Values);

/// <summary>Heads in and out of the last dimension.</summary>
internal static class AttentionHeads
{
    /// <summary>(B, T, heads · d) → (B, heads, T, d).</summary>
    public static Tensor SplitHeads(this Tensor x, int heads) => x.unflatten(x.dim() - 1, [heads, -1]).transpose(1, 2);

    /// <summary>(B, heads, T, d) → (B, T, heads · d).</summary>
    public static Tensor MergeHeads(this Tensor x) => x.transpose(1, 2).flatten(2);
}
