using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.UVit;

/// <summary>
/// Self-attention, cross-attention to the text states and a GEGLU feed-forward part, each after an adaptive norm and with a residual.
/// </summary>
/// <remarks><c>norm1</c> and <c>norm2</c> are RMSNorms; <c>norm3</c> is a true LayerNorm.</remarks>
internal sealed class TransformerLayer : IUVitBlock
{
    public TransformerLayer(UVit2DConfig config, ParameterBuilder parameters)
    {
        var (width, heads, eps) = (config.HiddenSize, config.NumAttentionHeads, config.LayerNormEps);
        Name = parameters.Path;
        Norm1 = new(new RmsNorm(parameters["norm1"]["norm"], width, eps), parameters["norm1"], width);
        SelfAttention = new(parameters["attn1"], width, width, heads);
        Norm2 = new(new RmsNorm(parameters["norm2"]["norm"], width, eps), parameters["norm2"], width);
        CrossAttention = new(parameters["attn2"], width, width, heads);
        Norm3 = new(new LayerNorm(parameters["norm3"]["norm"], width, eps, useBias: false), parameters["norm3"], width);
        FeedForward = new(parameters["ff"]["net"], width, config.IntermediateSize);
    }

    public string Name { get; }

    public int ConditionSize => 8;

    public AdaptiveNorm Norm1 { get; }

    public Attention SelfAttention { get; }

    public AdaptiveNorm Norm2 { get; }

    public Attention CrossAttention { get; }

    public AdaptiveNorm Norm3 { get; }

    public GegluFeedForward FeedForward { get; }

    /// <summary>What stays the same at every step: scale and shift of each norm, keys and values of the text.</summary>
    /// <param name="vector">The condition vector after SiLU, (B, hidden).</param>
    /// <param name="text">The projected text states, (B, S, hidden).</param>
    public Tensor[] Prepare(Tensor vector, Tensor text) =>
        [.. Norm1.Prepare(vector), .. Norm2.Prepare(vector), .. Norm3.Prepare(vector), .. CrossAttention.Project(text)];

    /// <summary>(B, T, hidden) → the same shape.</summary>
    public Tensor Forward(Tensor x, ReadOnlySpan<Tensor> condition)
    {
        using var scope = NewDisposeScope();
        x = x + SelfAttention.Forward(Norm1.Forward(x, condition[0], condition[1]));
        x = x + CrossAttention.Forward(Norm2.Forward(x, condition[2], condition[3]), condition[6], condition[7]);
        x = x + FeedForward.Forward(Norm3.Forward(x, condition[4], condition[5]));
        return x.MoveToOuterDisposeScope();
    }
}
