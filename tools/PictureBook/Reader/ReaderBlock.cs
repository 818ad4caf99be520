using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace PictureBook.Reader;

/// <summary>The input plus norm1–SiLU–conv1–norm2–SiLU–conv2 of it (He et al., 2016, with the norms first).</summary>
internal sealed class ReaderBlock(ParameterBuilder parameters, int width, int groups)
{
    private readonly GroupNorm norm1 = new(parameters["norm1"], groups, width), norm2 = new(parameters["norm2"], groups, width);
    private readonly Conv2d conv1 = new(parameters["conv1"], width, width, kernel: 3, padding: 1), conv2 = new(parameters["conv2"], width, width, kernel: 3, padding: 1);

    /// <summary>(B, width, H, W) → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = conv1.Forward(nn.functional.silu(norm1.Forward(x)));
        y = conv2.Forward(nn.functional.silu(norm2.Forward(y)));
        return (x + y).MoveToOuterDisposeScope();
    }
}
