using static TorchSharp.torch;

namespace Amused.Networks.Layers;

internal static class ParameterTypes
{
    /// <summary>
    /// A parameter in the type of the activations that meet it: itself, unless weights are stored in another type than they are used in.
    /// </summary>
    public static Tensor OfType(this Tensor parameter, Tensor activations) =>
        parameter.dtype == activations.dtype ? parameter : parameter.to(activations.dtype);
}
