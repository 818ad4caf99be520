using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// Judges patches of a picture, drawn or reconstructed (Isola et al., 2017, section 3.2.2; in the VQGAN of Esser et al., 2021): convolutions of 4 × 4 that halve the sides, and one
/// number for each place. Group norms stand in for batch norms, so that a judgement does not depend on what else is in the batch.
/// </summary>
internal sealed class PatchDiscriminator
{
    private const double Slope = 0.2;
    private const int Groups = 8;
    private readonly List<(Conv2d Convolution, GroupNorm? Norm)> layers = [];
    private readonly Conv2d judge;

    public PatchDiscriminator(DiscriminatorSettings options, ParameterBuilder parameters)
    {
        var (inputs, width) = (3, options.Channels);
        for (var i = 0; i <= options.Layers; i++)
        {
            var outputs = width * Math.Min(1 << i, 8);
            var place = parameters["layers"][i];
            // The last one keeps the size, and the first has no norm: it would hide how bright a picture is.
            layers.Add((new(place["conv"], inputs, outputs, kernel: 4, stride: i < options.Layers ? 2 : 1, padding: 1), i == 0 ? null : new(place["norm"], Groups, outputs)));
            inputs = outputs;
        }
        judge = new(parameters["judge"], inputs, 1, kernel: 4, padding: 1);
    }

    /// <summary>Pixels (B, 3, H, W) in [0, 1] → judgements (B, 1, h, w): above 0 for real ones.</summary>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var x = pixels * 2 - 1;
        foreach (var (convolution, norm) in layers)
        {
            x = convolution.Forward(x);
            x = nn.functional.leaky_relu(norm is null ? x : norm.Forward(x), Slope);
        }
        return judge.Forward(x).MoveToOuterDisposeScope();
    }
}
