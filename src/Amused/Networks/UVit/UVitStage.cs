using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.UVit;

/// <summary>The pairs of ConvNeXt and attention blocks of a convolutional stage.</summary>
internal static class UVitStage
{
    /// <summary>
    /// In narrower stages bytes save nothing, and cost: in the model in the box, of 192 channels, 94.6% of the likeliest codes were then
    /// those of float32, and 96.2% with the stages in bfloat16, where all of it in bfloat16 has 96.5%.
    /// </summary>
    private const int NarrowestInBytes = 256;

    /// <summary>Where a stage takes its parameters from.</summary>
    public static ParameterBuilder Place(UVit2DConfig config, ParameterBuilder parameters) =>
        config.BlockOutChannels < NarrowestInBytes ? parameters.AsNumbers() : parameters;

    /// <summary>The stage's blocks, in the order of the signal.</summary>
    public static IEnumerable<IBlock> Blocks(UVit2DConfig config, ParameterBuilder parameters)
    {
        for (var i = 0; i < config.NumResBlocks; i++)
        {
            yield return new ConvNextBlock(config, parameters["res_blocks"][i]);
            yield return new TextAttentionBlock(config, parameters["attention_blocks"][i]);
        }
    }
}

/// <summary>
/// ConvNeXt block (Woo et al., 2023, with global response norm): depthwise 3 × 3, RMSNorm, linear ×4, GELU, GRN, linear, residual,
/// modulation.
/// </summary>
internal sealed class ConvNextBlock : IUVitBlock
{
    private readonly Conv2d depthwise;
    private readonly RmsNorm norm;
    private readonly Linear linear1, linear2;
    private readonly GlobalResponseNorm responseNorm;
    private readonly Modulation modulation;

    public ConvNextBlock(UVit2DConfig config, ParameterBuilder parameters)
    {
        var width = config.BlockOutChannels;
        Name = parameters.Path;
        depthwise = new(parameters["depthwise"], width, width, kernel: 3, padding: 1, groups: width, useBias: false);
        norm = new(parameters["norm"], width, config.LayerNormEps);
        linear1 = new(parameters["channelwise_linear_1"], width, 4 * width);
        responseNorm = new(parameters["channelwise_norm"], 4 * width);
        linear2 = new(parameters["channelwise_linear_2"], 4 * width, width);
        modulation = new(parameters["cond_embeds_mapper"], config.HiddenSize, width);
    }

    public string Name { get; }

    public int ConditionSize => 2;

    /// <summary>Scale and shift.</summary>
    public Tensor[] Prepare(Tensor vector, Tensor text) => modulation.Prepare(vector);

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x, ReadOnlySpan<Tensor> condition)
    {
        using var scope = NewDisposeScope();
        var y = norm.Forward(depthwise.Forward(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1));
        y = responseNorm.Forward(nn.functional.gelu(linear1.Forward(y)));
        return Modulation.Apply(x + linear2.Forward(y), condition[0], condition[1]).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Two attentions, both from the grid to the text states, each after an RMSNorm (eps 1e-6) and with a residual; no feed-forward part.
/// </summary>
internal sealed class TextAttentionBlock : IUVitBlock
{
    private const double Eps = 1e-6;
    private readonly Linear? textMapper;

    public TextAttentionBlock(UVit2DConfig config, ParameterBuilder parameters)
    {
        var (width, heads) = (config.BlockOutChannels, config.BlockNumHeads);
        Name = parameters.Path;
        Norm1 = new(parameters["norm1"], width, Eps);
        Attention1 = new(parameters["attn1"], width, width, heads);
        Norm2 = new(parameters["norm2"], width, Eps);
        Attention2 = new(parameters["attn2"], width, width, heads);
        textMapper = config.HiddenSize == width ? null : new(parameters["kv_mapper"], config.HiddenSize, width);
    }

    public string Name { get; }

    public int ConditionSize => 4;

    public RmsNorm Norm1 { get; }

    public Attention Attention1 { get; }

    public RmsNorm Norm2 { get; }

    public Attention Attention2 { get; }

    /// <summary>
    /// Keys and values of both attentions, of the text mapped to the stage's width where that differs from the transformer's.
    /// </summary>
    public Tensor[] Prepare(Tensor vector, Tensor text)
    {
        var mapped = textMapper?.ForwardOnce(nn.functional.silu(text)) ?? text;
        return [.. Attention1.Project(mapped), .. Attention2.Project(mapped)];
    }

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x, ReadOnlySpan<Tensor> condition)
    {
        using var scope = NewDisposeScope();
        var y = x.flatten(1, 2);
        y = y + Attention1.Forward(Norm1.Forward(y), condition[0], condition[1]);
        y = y + Attention2.Forward(Norm2.Forward(y), condition[2], condition[3]);
        return y.view(x.shape).MoveToOuterDisposeScope();
    }
}
