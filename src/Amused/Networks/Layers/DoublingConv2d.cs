using Amused.Networks.Kernels;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>Twice the picture, by nearest neighbours, and a 3 × 3 convolution of it: how the VQ decoder grows its pictures.</summary>
/// <remarks>
/// Takes <c>weight</c> [C, C, 3, 3] and <c>bias</c> [C]. Each of the four places that a place becomes sees only 2 × 2 different ones, so
/// without gradients a large picture takes one convolution of that size with four times the outputs: 4/9 of the products.
/// </remarks>
public sealed class DoublingConv2d
{
    /// <summary>Places of a picture below which adding weights up takes longer than the products that it saves.</summary>
    private const long LeastPlaces = 2048;

    private readonly Conv2d plain;

    /// <summary>Makes the layer.</summary>
    /// <param name="parameters">Its place in the tree of names.</param>
    /// <param name="channels">Channels of input and output.</param>
    public DoublingConv2d(ParameterBuilder parameters, long channels) => plain = new(parameters, channels, channels, kernel: 3, padding: 1);

    /// <summary>(B, C, H, W) → (B, C, 2H, 2W).</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (x.shape[2] * x.shape[3] >= LeastPlaces && !(is_grad_enabled() && (x.requires_grad || plain.Weight.requires_grad)))
            return ForwardByPlaces(x).MoveToOuterDisposeScope();
        using var doubled = nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return plain.Forward(doubled).MoveToOuterDisposeScope();
    }

    private Tensor ForwardByPlaces(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (b, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        // Entry (i, j) has the windows over rows i − 1 and i, columns j − 1 and j. In channels-first order oneDNN 3.7 gives other numbers
        // where channels are no multiple of 16.
        using var windows = nn.functional.conv2d(ChannelsLast.Of(x), ByPlace().OfType(x), plain.Bias!.OfType(x).repeat(4), [1, 1], [1, 1]);
        var y = empty([b, h, 2, w, 2, c], x.dtype, x.device);
        for (var place = 0; place < 4; place++)
        {
            var (down, right) = (place / 2, place % 2);
            using var own = windows.narrow(1, place * c, c).narrow(2, down, h).narrow(3, right, w).permute(0, 2, 3, 1);
            using var target = y.select(4, right).select(2, down);
            target.copy_(own);
        }
        return y.view(b, 2 * h, 2 * w, c).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The weights that each of the four places has for its 2 × 2 ones, [4 · C, C, 2, 2]: of a row's three, the two that fall on the same
    /// place are added.
    /// </summary>
    private Tensor ByPlace()
    {
        using var scope = NewDisposeScope();
        // [place, of two, of three]
        var sums = tensor(new float[] { 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1 }, [2, 2, 3], device: plain.Weight.device);
        return einsum("apk,bql,oikl->aboipq", sums, sums, plain.Weight.to(ScalarType.Float32)).reshape(-1, plain.Weight.shape[1], 2, 2)
            .MoveToOuterDisposeScope();
    }
}
