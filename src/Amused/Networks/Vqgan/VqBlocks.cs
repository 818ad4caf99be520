using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Vqgan;

/// <summary>norm1–SiLU–conv1–norm2–SiLU–conv2 plus the input, through a 1 × 1 <c>conv_shortcut</c> where widths differ.</summary>
internal sealed class VqResnetBlock
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? shortcut;

    public VqResnetBlock(ParameterBuilder parameters, int inputs, int outputs, int groups)
    {
        norm1 = new(parameters["norm1"], groups, inputs);
        conv1 = new(parameters["conv1"], inputs, outputs, kernel: 3, padding: 1);
        norm2 = new(parameters["norm2"], groups, outputs);
        conv2 = new(parameters["conv2"], outputs, outputs, kernel: 3, padding: 1);
        shortcut = inputs == outputs ? null : new(parameters["conv_shortcut"], inputs, outputs, kernel: 1);
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        // Each activation is freed as soon as it has been used: at a picture's full size they are what a decoder's memory goes to.
        using var first = norm1.ForwardSilu(x);
        using var middle = conv1.Forward(first);
        first.Dispose();
        using var second = norm2.ForwardSilu(middle, overwrite: true);
        middle.Dispose();
        var y = conv2.Forward(second);
        second.Dispose();
        return InPlace.Add(y, shortcut?.Forward(x) ?? x).MoveToOuterDisposeScope();
    }
}

/// <summary>Residual blocks in a row.</summary>
internal sealed class VqResnetStack
{
    private readonly IReadOnlyList<VqResnetBlock> blocks;

    public VqResnetStack(ParameterBuilder parameters, int inputs, int outputs, int count, int groups) =>
        blocks = [.. Enumerable.Range(0, count)
            .Select(i => new VqResnetBlock(parameters["resnets"][i], i == 0 ? inputs : outputs, outputs, groups))];

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = x.alias();
        foreach (var block in blocks)
        {
            using var previous = y;
            y = block.Forward(previous);
        }
        return y.MoveToOuterDisposeScope();
    }
}
