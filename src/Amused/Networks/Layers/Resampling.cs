using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>RMSNorm and a 2 × 2 convolution of stride 2, plain (sides halved) or transposed (sides doubled).</summary>
internal sealed class Resampling
{
    private readonly RmsNorm norm;
    private readonly Tensor weight;
    private readonly bool up;

    public Resampling(ParameterBuilder parameters, long width, double eps, bool up)
    {
        norm = new(parameters["norm"], width, eps);
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
