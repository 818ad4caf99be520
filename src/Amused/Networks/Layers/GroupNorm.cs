using Amused.Networks.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>Normalisation over groups of channels and all places (Wu and He, 2018), eps 1e-6, with weight and bias.</summary>
/// <remarks>Takes <c>weight</c> and <c>bias</c> [channels].</remarks>
public sealed class GroupNorm(ParameterBuilder parameters, long groups, long channels)
{
    private const double Eps = 1e-6;
    private readonly Tensor weight = parameters.Take("weight", ParameterInit.Ones, channels);
    private readonly Tensor bias = parameters.Take("bias", ParameterInit.Zeros, channels);

    /// <summary>(B, C, H, W) → the same shape, type and memory layout.</summary>
    public Tensor Forward(Tensor x) =>
        Fused(x, silu: false, overwrite: false) ?? nn.functional.group_norm(x, groups, weight.OfType(x), bias.OfType(x), Eps);

    /// <summary>The norm and SiLU after it.</summary>
    /// <param name="x">As for <see cref="Forward"/>.</param>
    /// <param name="overwrite">Whether nobody else needs <paramref name="x"/>, so that the result may stand in its place.</param>
    public Tensor ForwardSilu(Tensor x, bool overwrite = false) => Fused(x, silu: true, overwrite) ?? InPlace.Silu(Forward(x));

    private Tensor? Fused(Tensor x, bool silu, bool overwrite) =>
        ChannelsLastNorm.Fits(x, weight) ? ChannelsLastNorm.Of(x, weight, bias, groups, Eps, silu)
        : FusedGroupNorm.Fits(x, weight) ? FusedGroupNorm.Of(x, weight, bias, groups, Eps, silu, overwrite)
        : null;
}
