using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Vqgan;

/// <summary>
/// Pixels (B, 3, H, W) → features (B, latent channels, H/f, W/f): stages of residual blocks, each but the last followed by a halving
/// convolution.
/// </summary>
internal sealed class VqEncoder
{
    private readonly Conv2d convIn, convOut;
    private readonly IReadOnlyList<(VqResnetStack Resnets, Conv2d? Downsampler)> stages;
    private readonly VqResnetStack middle;
    private readonly GroupNorm normOut;

    public VqEncoder(VqModelConfig config, ParameterBuilder parameters)
    {
        var widths = config.BlockOutChannels;
        convIn = new(parameters["conv_in"], config.InChannels, widths[0], kernel: 3, padding: 1);
        stages = [.. widths.Select((width, i) =>
        {
            var stage = parameters["down_blocks"][i];
            var resnets = new VqResnetStack(stage, i == 0 ? width : widths[i - 1], width, config.LayersPerBlock, config.NormNumGroups);
            return (resnets, i == widths.Count - 1
                ? null
                : new Conv2d(stage["downsamplers"][0]["conv"], width, width, kernel: 3, stride: 2));
        })];
        middle = new(parameters["mid_block"], widths[^1], widths[^1], count: 2, config.NormNumGroups);
        normOut = new(parameters["conv_norm_out"], config.NormNumGroups, widths[^1]);
        convOut = new(parameters["conv_out"], widths[^1], config.LatentChannels, kernel: 3, padding: 1);
    }

    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var x = convIn.Forward(pixels);
        foreach (var (resnets, downsampler) in stages)
        {
            x = resnets.Forward(x);
            // The stride-2 convolution sees one row and one column of zeros on the right and at the bottom only.
            if (downsampler is not null)
                x = downsampler.Forward(nn.functional.pad(x, [0, 1, 0, 1]));
        }
        x = normOut.ForwardSilu(middle.Forward(x));
        return convOut.Forward(x).MoveToOuterDisposeScope();
    }
}
