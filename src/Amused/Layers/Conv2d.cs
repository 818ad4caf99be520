using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Layers;

/// <summary>A two-dimensional convolution over (B, C, H, W).</summary>
/// <remarks>Takes <c>weight</c> [out, in / groups, k, k] and, when asked, <c>bias</c> [out].</remarks>
public sealed class Conv2d
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly long stride, padding, groups;

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="groups">Groups of channels that do not meet; as many as channels make it depthwise.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    public Conv2d(
        ParameterBuilder parameters, long inputs, long outputs, long kernel, long stride = 1, long padding = 0, long groups = 1, bool useBias = true)
    {
        weight = parameters.Take("weight", ParameterInit.FanIn, outputs, inputs / groups, kernel, kernel);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, outputs) : null;
        (this.stride, this.padding, this.groups) = (stride, padding, groups);
    }

    /// <summary>(B, in, H, W) → (B, out, H', W').</summary>
    public Tensor Forward(Tensor x) =>
        nn.functional.conv2d(x, weight.OfType(x), bias?.OfType(x), [stride, stride], [padding, padding], [1, 1], groups);
}
