using Amused.Networks.Kernels;
using Amused.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

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
        ParameterBuilder parameters, long inputs, long outputs, long kernel, long stride = 1, long padding = 0, long groups = 1,
        bool useBias = true)
    {
        weight = parameters.Take("weight", ParameterInit.FanIn, outputs, inputs / groups, kernel, kernel);
        bias = useBias ? parameters.Take("bias", ParameterInit.Zeros, outputs) : null;
        (this.stride, this.padding, this.groups) = (stride, padding, groups);
    }

    internal Tensor Weight => weight;

    internal Tensor? Bias => bias;

    /// <summary>(B, in, H, W) → (B, out, H', W').</summary>
    public Tensor Forward(Tensor x) =>
        is_grad_enabled() && (x.requires_grad || weight.requires_grad) && x.device.type == DeviceType.CPU
            ? ForwardForGradients(x)
            : Convolve(x, weight.OfType(x), bias?.OfType(x));

    /// <summary>The same, asked of oneDNN 3.7 (AVX-512, several threads) in the ways in which its gradient of the input is right.</summary>
    /// <remarks>
    /// Elsewhere it takes in memory that nobody wrote, and gives other gradients in every run, some of them no numbers: in channels-first
    /// order where the outputs are no multiple of 16, and for bfloat16 in any order where they are odd, such as the 3 channels of a
    /// picture.
    /// </remarks>
    private Tensor ForwardForGradients(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (ordered, ownWeight, ownBias) = (ChannelsLast.Of(x), weight.OfType(x), bias?.OfType(x));
        if (x.dtype == ScalarType.Float32 || groups > 1 || weight.shape[0] % 2 == 0)
            return Convolve(ordered, ownWeight, ownBias).MoveToOuterDisposeScope();
        var even = Convolve(ordered, nn.functional.pad(ownWeight, [0, 0, 0, 0, 0, 0, 0, 1]), ownBias is null
            ? null
            : nn.functional.pad(ownBias, [0, 1]));
        return even.narrow(1, 0, weight.shape[0]).MoveToOuterDisposeScope();
    }

    private Tensor Convolve(Tensor x, Tensor weight, Tensor? bias) =>
        nn.functional.conv2d(x, weight, bias, [stride, stride], [padding, padding], [1, 1], groups);
}
