using Amused.Layers;
using Amused.Layers.Kernels;
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

    /// <summary>The same with fused kernels between the products; what the layer gives stands in the residual stream.</summary>
    public void Forward(FusedResidual x, TransformerLayerCondition condition)
    {
        selfAttention.AddTo(x, norm1.Fused, context: null, condition.Norm1.Scale, condition.Norm1.Shift);
        crossAttention.AddTo(x, norm2.Fused, condition.Text, condition.Norm2.Scale, condition.Norm2.Shift);
        feedForward.AddTo(x, norm3.Fused, condition.Norm3);
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

    /// <summary>Works on a norm of the residual stream, and adds its answer to the stream.</summary>
    public void AddTo(FusedResidual residual, FusedNorm norm, ScaleShift condition)
    {
        using var scope = NewDisposeScope();
        if (projectIn.IsPlainInt8 && projectOut.IsPlainInt8)
        {
            var x = residual.ToBytes(norm, condition.Scale, condition.Shift);
            var gated = Int8Rows.Geglu(projectIn.Int8!.Multiply(x), x.Scales);
            residual.Add(projectOut.Int8!.Multiply(gated), gated.Scales);
            return;
        }
        residual.Add(projectOut.Forward(RowOperators.Geglu(projectIn.Forward(residual.ToNumbers(norm, condition.Scale, condition.Shift)))));
    }
}
