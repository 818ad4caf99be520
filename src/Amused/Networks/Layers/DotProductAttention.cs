using Amused.Networks.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>softmax(q·kᵀ/√d)·v for each head, by the quickest way that libtorch has.</summary>
internal static class DotProductAttention
{
    /// <summary>Scores of one head beyond which they are not written out: 256 × 256 tokens.</summary>
    private const long MostScoresInFull = 1 << 16;

    /// <summary>
    /// Whether all scores are better written out: libtorch's fused kernel computes bfloat16 products of this size in float32, which takes
    /// half as long again as two products and a softmax.
    /// </summary>
    /// <param name="query">(B, heads, T, d).</param>
    /// <param name="keys">(B, heads, S, d).</param>
    public static bool IsInFull(Tensor query, Tensor keys) =>
        query.dtype == ScalarType.BFloat16 && query.device.type == DeviceType.CPU && AreFewScores(query.shape[2], keys.shape[2]);

    /// <summary>Whether so many scores are few enough for <see cref="IsInFull"/>.</summary>
    public static bool AreFewScores(long queries, long keys) => queries * keys <= MostScoresInFull;

    /// <summary>Queries (B, heads, T, d), keys and values (B, heads, S, d) → (B, heads, T, d).</summary>
    public static Tensor Of(Tensor query, Tensor keys, Tensor values) => IsInFull(query, keys)
        ? OfScaled(query * (1 / Math.Sqrt(query.shape[3])), keys, values)
        : nn.functional.scaled_dot_product_attention(query, keys, values);

    /// <summary>The same in full, of queries that are divided by √d already.</summary>
    public static Tensor OfScaled(Tensor query, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var scores = query.matmul(keys.transpose(-2, -1));
        return (RowKernels.Fit(scores) ? RowOperators.Softmax(scores) : scores.softmax(-1)).matmul(values).MoveToOuterDisposeScope();
    }
}
