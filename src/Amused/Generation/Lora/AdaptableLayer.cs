using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Lora;

/// <summary>A linear layer of a loaded network, and where its weight is kept.</summary>
internal sealed record AdaptableLayer(ParameterSet Network, string Name, Linear Linear)
{
    /// <summary>Puts another weight in place of the layer's; the caller owns the one that was there.</summary>
    public Tensor Exchange(Tensor weight)
    {
        Linear.Weight = weight;
        return Network.Exchange($"{Name}.weight", weight);
    }
}
