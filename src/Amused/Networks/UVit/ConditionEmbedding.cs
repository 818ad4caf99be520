using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.UVit;

/// <summary>
/// The condition vector: the pooled text beside a sinusoidal embedding of each micro-condition, through linear–SiLU–linear
/// (micro-conditioning: Podell et al., 2023, section 2.2).
/// </summary>
internal sealed class ConditionEmbedding
{
    private readonly Linear linear1, linear2;
    private readonly int encodeDim;

    public ConditionEmbedding(UVit2DConfig config, ParameterBuilder parameters)
    {
        linear1 = new(parameters["linear_1"], config.CondEmbedDim + config.MicroCondEmbedDim, config.HiddenSize);
        linear2 = new(parameters["linear_2"], config.HiddenSize, config.HiddenSize);
        encodeDim = config.MicroCondEncodeDim;
    }

    /// <summary>Pooled text (B, cond), micro-conditions (B, 5) float32 → (B, hidden).</summary>
    public Tensor Forward(Tensor pooledText, Tensor microConditions)
    {
        using var scope = NewDisposeScope();
        var sinusoids = Sinusoids(microConditions.to(ScalarType.Float32)).flatten(1).to(pooledText.dtype);
        var hidden = nn.functional.silu(linear1.ForwardOnce(cat([pooledText, sinusoids], 1)));
        return linear2.ForwardOnce(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>(B, 5) → (B, 5, encode): cosines first, then sines, at frequencies 10000^(−i / half).</summary>
    private Tensor Sinusoids(Tensor values)
    {
        var half = encodeDim / 2;
        var frequencies = (arange(half, dtype: ScalarType.Float32, device: values.device) * -Math.Log(10000) / half).exp();
        var angles = values.unsqueeze(-1) * frequencies;
        return cat([angles.cos(), angles.sin()], -1);
    }
}
