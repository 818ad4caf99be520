using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Vqgan;

/// <summary>
/// Features (B, latent channels, h, w) → pixels (B, 3, h·f, w·f): the encoder's stages in reverse, each but the last followed by a
/// doubling.
/// </summary>
internal sealed class VqDecoder
{
    private readonly Conv2d convIn, convOut;
    private readonly VqResnetStack middle;
    private readonly IReadOnlyList<(VqResnetStack Resnets, DoublingConv2d? Upsampler)> stages;
    private readonly GroupNorm normOut;

    public VqDecoder(VqModelConfig config, ParameterBuilder parameters)
    {
        int[] widths = [.. config.BlockOutChannels.Reverse()];
        convIn = new(parameters["conv_in"], config.LatentChannels, widths[0], kernel: 3, padding: 1);
        middle = new(parameters["mid_block"], widths[0], widths[0], count: 2, config.NormNumGroups);
        stages = [.. widths.Select((width, i) =>
        {
            var stage = parameters["up_blocks"][i];
            var resnets = new VqResnetStack(stage, i == 0 ? width : widths[i - 1], width, config.LayersPerBlock + 1, config.NormNumGroups);
            return (resnets, i == widths.Length - 1 ? null : new DoublingConv2d(stage["upsamplers"][0]["conv"], width));
        })];
        normOut = new(parameters["conv_norm_out"], config.NormNumGroups, widths[^1]);
        convOut = new(parameters["conv_out"], widths[^1], config.OutChannels, kernel: 3, padding: 1);
    }

    public Tensor Forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        var x = middle.Forward(convIn.Forward(features));
        foreach (var (resnets, upsampler) in stages)
        {
            using var previous = x;
            x = resnets.Forward(previous);
            previous.Dispose();
            if (upsampler is null)
                continue;
            using var small = x;
            x = upsampler.Forward(small);
        }
        return convOut.Forward(normOut.ForwardSilu(x, overwrite: true)).MoveToOuterDisposeScope();
    }
}
