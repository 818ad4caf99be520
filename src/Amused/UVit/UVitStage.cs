using Amused.Layers;
using Amused.Layers.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>
/// A convolutional stage at the full grid's side of the transformer: optional down-sampling, pairs of ConvNeXt and attention blocks, optional up-sampling.
/// </summary>
internal sealed class UVitStage
{
    /// <summary>
    /// In narrower stages bytes save nothing, and cost: in the model in the box, of 192 channels, 94.6% of the likeliest codes were then those of float32, and 96.2% with the stages in bfloat16,
    /// where all of it in bfloat16 has 96.5%.
    /// </summary>
    private const int NarrowestInBytes = 256;

    private readonly Resampling? downsampling, upsampling;
    private readonly IReadOnlyList<(ConvNextBlock Residual, TextAttentionBlock Attention)> blocks;

    public UVitStage(UVit2DConfig config, ParameterBuilder parameters, bool downsample = false, bool upsample = false)
    {
        if (config.BlockOutChannels < NarrowestInBytes)
            parameters = parameters.AsNumbers();
        downsampling = downsample ? new(config, parameters["downsample"], up: false) : null;
        blocks = [.. Enumerable.Range(0, config.NumResBlocks).Select(i =>
            (new ConvNextBlock(config, parameters["res_blocks"][i]), new TextAttentionBlock(config, parameters["attention_blocks"][i])))];
        upsampling = upsample ? new(config, parameters["upsample"], up: true) : null;
    }

    /// <summary>Prepares what stays the same at every step, for each pair of blocks.</summary>
    /// <param name="vector">The condition vector after SiLU, (B, hidden).</param>
    /// <param name="text">The projected text states, (B, S, hidden).</param>
    public IReadOnlyList<StageBlockCondition> Prepare(Tensor vector, Tensor text) => [.. blocks.Select(block =>
    {
        var (text1, text2) = block.Attention.Prepare(text);
        return new StageBlockCondition(block.Residual.Prepare(vector), text1, text2);
    })];

    /// <summary>(B, H, W, C) → the same, or with sides halved or doubled.</summary>
    public Tensor Forward(Tensor x, IReadOnlyList<StageBlockCondition> conditions, BlockRunner? runner, Action<string, Tensor>? observer, string name)
    {
        using var scope = NewDisposeScope();
        x = downsampling?.Forward(x) ?? x;
        for (var i = 0; i < blocks.Count; i++)
        {
            x = runner.Run(blocks[i].Residual.Forward, x, conditions[i]);
            observer?.Invoke($"{name}.res_blocks.{i}", x);
            x = runner.Run(blocks[i].Attention.Forward, x, conditions[i]);
            observer?.Invoke($"{name}.attention_blocks.{i}", x);
        }
        return (upsampling?.Forward(x) ?? x).MoveToOuterDisposeScope();
    }
}

/// <summary>RMSNorm and a 2 × 2 convolution of stride 2, plain (sides halved) or transposed (sides doubled).</summary>
internal sealed class Resampling
{
    private readonly RmsNorm norm;
    private readonly Tensor weight;
    private readonly bool up;

    public Resampling(UVit2DConfig config, ParameterBuilder parameters, bool up)
    {
        long width = config.BlockOutChannels;
        norm = new(parameters["norm"], width, config.LayerNormEps);
        weight = parameters["conv"].Take("weight", ParameterInit.FanIn, width, width, 2, 2);
        this.up = up;
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var channelsFirst = norm.Forward(x).permute(0, 3, 1, 2);
        var y = up
            ? nn.functional.conv_transpose2d(channelsFirst, weight.OfType(x), strides: [2L, 2L])
            : nn.functional.conv2d(channelsFirst, weight.OfType(x), strides: [2L, 2L]);
        return y.permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope();
    }
}

/// <summary>
/// ConvNeXt block (Woo et al., 2023, with global response norm): depthwise 3 × 3, RMSNorm, linear ×4, GELU, GRN, linear, residual, modulation.
/// </summary>
internal sealed class ConvNextBlock
{
    private readonly Conv2d depthwise;
    private readonly RmsNorm norm;
    private readonly Linear linear1, linear2;
    private readonly GlobalResponseNorm responseNorm;
    private readonly Modulation modulation;

    public ConvNextBlock(UVit2DConfig config, ParameterBuilder parameters)
    {
        var width = config.BlockOutChannels;
        depthwise = new(parameters["depthwise"], width, width, kernel: 3, padding: 1, groups: width, useBias: false);
        norm = new(parameters["norm"], width, config.LayerNormEps);
        linear1 = new(parameters["channelwise_linear_1"], width, 4 * width);
        responseNorm = new(parameters["channelwise_norm"], 4 * width);
        linear2 = new(parameters["channelwise_linear_2"], 4 * width, width);
        modulation = new(parameters["cond_embeds_mapper"], config.HiddenSize, width);
    }

    public ScaleShift Prepare(Tensor vector) => modulation.Prepare(vector);

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x, StageBlockCondition condition)
    {
        using var scope = NewDisposeScope();
        var y = norm.Forward(depthwise.Forward(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1));
        y = responseNorm.Forward(nn.functional.gelu(linear1.Forward(y)));
        return condition.Modulation.Apply(x + linear2.Forward(y)).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// <c>gamma·(x·n) + beta + x</c>, where n is each channel's L2 norm over the grid divided by the mean of the channels' norms (Woo et al., 2023, section 3.2).
/// </summary>
internal sealed class GlobalResponseNorm(ParameterBuilder parameters, long width)
{
    private readonly Tensor gamma = parameters.Take("gamma", ParameterInit.Zeros, 1, 1, 1, width);
    private readonly Tensor beta = parameters.Take("beta", ParameterInit.Zeros, 1, 1, 1, width);

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var norms = linalg.vector_norm(x, 2, [1, 2], keepdim: true);
        var response = norms / (norms.mean([-1L], keepdim: true) + 1e-6);
        // gamma·(x·n) + beta + x in one pass over x: (gamma·n + 1)·x + beta.
        return addcmul(beta.OfType(x), x, gamma.OfType(x) * response + 1, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>Two attentions, both from the grid to the text states, each after an RMSNorm (eps 1e-6) and with a residual; no feed-forward part.</summary>
internal sealed class TextAttentionBlock
{
    private const double Eps = 1e-6;
    private readonly RmsNorm norm1, norm2;
    private readonly Attention attention1, attention2;
    private readonly Linear? textMapper;

    public TextAttentionBlock(UVit2DConfig config, ParameterBuilder parameters)
    {
        var (width, heads) = (config.BlockOutChannels, config.BlockNumHeads);
        norm1 = new(parameters["norm1"], width, Eps);
        attention1 = new(parameters["attn1"], width, width, heads);
        norm2 = new(parameters["norm2"], width, Eps);
        attention2 = new(parameters["attn2"], width, width, heads);
        textMapper = config.HiddenSize == width ? null : new(parameters["kv_mapper"], config.HiddenSize, width);
    }

    /// <summary>The text of both attentions, mapped to the stage's width where that differs from the transformer's.</summary>
    public (AttentionContext First, AttentionContext Second) Prepare(Tensor text)
    {
        var mapped = textMapper?.ForwardOnce(nn.functional.silu(text)) ?? text;
        return (attention1.Project(mapped), attention2.Project(mapped));
    }

    /// <summary>(B, H, W, C) → the same shape.</summary>
    public Tensor Forward(Tensor x, StageBlockCondition condition)
    {
        using var scope = NewDisposeScope();
        var y = x.flatten(1, 2);
        if (FusedResidual.Fits(y))
        {
            var residual = new FusedResidual(y);
            attention1.AddTo(residual, norm1.Fused, condition.Text1);
            attention2.AddTo(residual, norm2.Fused, condition.Text2);
            return residual.ToTensor().view(x.shape).MoveToOuterDisposeScope();
        }
        y = y + attention1.Forward(norm1.Forward(y), condition.Text1);
        y = y + attention2.Forward(norm2.Forward(y), condition.Text2);
        return y.view(x.shape).MoveToOuterDisposeScope();
    }
}
