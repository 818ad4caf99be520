using Amused.Networks.Kernels;
using Amused.Networks.Layers;
using static TorchSharp.torch;

namespace Amused.Networks.Fast;

/// <summary>
/// The parts of a block on a <see cref="FusedResidual"/>: each reads a norm of the stream and adds its answer to it. Layers in bytes that
/// nothing is added to (a LoRA, a bias) hand their raw products on; which they are is looked at in each pass, since LoRAs come and go.
/// </summary>
internal static class FusedParts
{
    /// <summary>Attends from a norm of the stream to a context, or to itself.</summary>
    /// <param name="attention">The attention.</param>
    /// <param name="residual">The stream, (B, …, width).</param>
    /// <param name="norm">The norm.</param>
    /// <param name="scale">(B, 1, width): what the norm is multiplied by; null: nothing.</param>
    /// <param name="shift">(B, 1, width): what is added then.</param>
    /// <param name="keys">The context's keys, (B, heads, S, head width); null: the stream attends to itself.</param>
    /// <param name="values">The context's values, likewise.</param>
    public static void AddTo(
        this Attention attention, FusedResidual residual, INorm norm, Tensor? scale, Tensor? shift, Tensor? keys = null,
        Tensor? values = null)
    {
        using var scope = NewDisposeScope();
        if (attention.ToQuery.IsPlainInt8 && attention.ToKey.IsPlainInt8 && attention.ToValue.IsPlainInt8 && attention.ToOut.IsPlainInt8)
        {
            AddBytes(attention, residual, residual.ToBytes(norm, scale, shift), keys, values);
            return;
        }
        var x = residual.ToNumbers(norm, scale, shift).flatten(1, -2);
        residual.Add((keys is null || values is null ? attention.Forward(x) : attention.Forward(x, keys, values)).contiguous());
    }

    /// <summary>A GEGLU feed-forward part on a norm of the stream.</summary>
    public static void AddTo(this GegluFeedForward feedForward, FusedResidual residual, INorm norm, Tensor? scale, Tensor? shift)
    {
        using var scope = NewDisposeScope();
        if (feedForward.ProjectIn.IsPlainInt8 && feedForward.ProjectOut.IsPlainInt8)
        {
            var x = residual.ToBytes(norm, scale, shift);
            var gated = Int8Rows.Geglu(feedForward.ProjectIn.Int8!.Multiply(x), x.Scales);
            residual.Add(feedForward.ProjectOut.Int8!.Multiply(gated), gated.Scales);
            return;
        }
        residual.Add(feedForward.ProjectOut.Forward(RowOperators.Geglu(feedForward.ProjectIn.Forward(residual.ToNumbers(norm, scale,
            shift)))));
    }

    /// <remarks>
    /// One quantisation serves queries, keys and values. Their products stay apart: joined, they took as long, and LoRAs could not name
    /// them.
    /// </remarks>
    private static void AddBytes(Attention attention, FusedResidual residual, Int8Rows x, Tensor? keys, Tensor? values)
    {
        keys ??= Split(attention.ToKey, attention.Heads, residual, x);
        values ??= Split(attention.ToValue, attention.Heads, residual, x);
        var isInFull = DotProductAttention.AreFewScores(residual.Tokens, keys.shape[2]);
        var query = Split(attention.ToQuery, attention.Heads, residual, x, isInFull
            ? 1 / Math.Sqrt(attention.ToQuery.Outputs / attention.Heads)
            : 1);
        var mixed = isInFull
            ? DotProductAttention.OfScaled(query, keys, values)
            : nn.functional.scaled_dot_product_attention(query, keys, values).contiguous();
        var rows = Int8Rows.MergeHeads(mixed);
        residual.Add(attention.ToOut.Int8!.Multiply(rows), rows.Scales);
    }

    private static Tensor Split(Linear layer, int heads, FusedResidual residual, Int8Rows x, double factor = 1)
    {
        using var scope = NewDisposeScope();
        return RowOperators.SplitHeads(layer.Int8!.Multiply(x), x.Scales, residual.Batch, heads, factor).MoveToOuterDisposeScope();
    }
}
