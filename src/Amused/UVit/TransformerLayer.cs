using Amused.Layers;
using Amused.Layers.Int8;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>Self-attention, cross-attention to the text states and a GEGLU feed-forward part, each after an adaptive norm and with a residual.</summary>
/// <remarks><c>norm1</c> and <c>norm2</c> are RMSNorms; <c>norm3</c> is a true LayerNorm.</remarks>
internal sealed class TransformerLayer
{
    private readonly AdaptiveNorm norm1, norm2, norm3;
    private readonly Attention selfAttention, crossAttention;
    private readonly GegluFeedForward feedForward;

    public TransformerLayer(UVit2DConfig config, ParameterBuilder parameters)
    {
        var (width, heads, eps) = (config.HiddenSize, config.NumAttentionHeads, config.LayerNormEps);
        norm1 = AdaptiveNorm.OverRmsNorm(parameters["norm1"], width, eps);
        selfAttention = new(parameters["attn1"], width, width, heads);
        norm2 = AdaptiveNorm.OverRmsNorm(parameters["norm2"], width, eps);
        crossAttention = new(parameters["attn2"], width, width, heads);
        norm3 = AdaptiveNorm.OverLayerNorm(parameters["norm3"], width, eps);
        feedForward = new(parameters["ff"]["net"], width, config.IntermediateSize);
    }

    /// <summary>Prepares what stays the same at every step.</summary>
    /// <param name="vector">The condition vector after SiLU, (B, hidden).</param>
    /// <param name="text">The projected text states, (B, S, hidden).</param>
    public TransformerLayerCondition Prepare(Tensor vector, Tensor text) =>
        new(norm1.Prepare(vector), norm2.Prepare(vector), norm3.Prepare(vector), crossAttention.Project(text));

    /// <summary>(B, T, hidden) → the same shape.</summary>
    public Tensor Forward(Tensor x, TransformerLayerCondition condition)
    {
        using var scope = NewDisposeScope();
        x = x + selfAttention.Forward(norm1.Forward(x, condition.Norm1));
        x = x + crossAttention.Forward(norm2.Forward(x, condition.Norm2), condition.Text);
        x = x + feedForward.Forward(norm3.Forward(x, condition.Norm3));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Whether <see cref="Forward(Int8Residual, TransformerLayerCondition)"/> can be taken: all products of bytes, and no adapter beside them.</summary>
    public bool IsPlainInt8 => selfAttention.IsPlainInt8 && crossAttention.IsPlainInt8 && feedForward.IsPlainInt8;

    /// <summary>The same with fused kernels between int8 products; what the layer gives stands in the residual stream.</summary>
    public void Forward(Int8Residual x, TransformerLayerCondition condition)
    {
        using var scope = NewDisposeScope();
        selfAttention.AddInt8(x, norm1.Forward(x, condition.Norm1));
        crossAttention.AddInt8(x, norm2.Forward(x, condition.Norm2), condition.Text);
        feedForward.AddInt8(x, norm3.Forward(x, condition.Norm3));
    }
}

/// <summary>The first half of a projection times the GELU (erf) of the second half, projected back (GEGLU: Shazeer, 2020).</summary>
internal sealed class GegluFeedForward(ParameterBuilder parameters, long width, long inner)
{
    private readonly Linear projectIn = new(parameters[0]["proj"], width, 2 * inner);
    private readonly Linear projectOut = new(parameters[2], inner, width);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = projectIn.Forward(x).chunk(2, -1);
        return projectOut.Forward(parts[0] * nn.functional.gelu(parts[1])).MoveToOuterDisposeScope();
    }

    public bool IsPlainInt8 => projectIn.IsPlainInt8 && projectOut.IsPlainInt8;

    public void AddInt8(Int8Residual residual, Int8Rows x)
    {
        using var scope = NewDisposeScope();
        var rows = Int8Rows.Geglu(projectIn.Int8!.Multiply(x), x.Scales);
        residual.Add(projectOut.Int8!.Multiply(rows), rows.Scales);
    }
}
