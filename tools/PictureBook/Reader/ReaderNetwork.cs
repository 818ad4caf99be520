using Amused.Networks.Layers;
using Amused.Weights;
using PictureBook.Scenes;
using static TorchSharp.torch;

namespace PictureBook.Reader;

/// <summary>
/// A small convolutional network that says for each place which thing stands there, or none. Stages halve a picture to a grid of 8 × 8, each but the first with a residual
/// block; a head, the same for all places, looks at a window of the grid around the place, 8 rows high and 4 columns wide.
/// </summary>
/// <remarks>Takes <c>stages.N.down</c>, <c>stages.N.block</c>, <c>norm_out</c>, <c>grid</c>, <c>hidden</c> and <c>answer</c>.</remarks>
internal sealed class ReaderNetwork
{
    private const int Window = ReaderConfig.GridSide / 2;

    private static readonly int Places = Enum.GetValues<Place>().Length;

    private readonly IReadOnlyList<(Conv2d Down, ReaderBlock? Block)> stages;
    private readonly GroupNorm normOut;
    private readonly Conv2d grid;
    private readonly Linear hidden, answer;

    public ReaderNetwork(ReaderConfig config, ParameterBuilder parameters)
    {
        config.ThrowIfUnusable();
        var widths = config.Channels;
        stages = [.. widths.Select((width, i) =>
        {
            var stage = parameters["stages"][i];
            var down = new Conv2d(stage["down"], i == 0 ? 3 : widths[i - 1], width, kernel: 3, stride: 2, padding: 1);
            return (down, i == 0 ? null : new ReaderBlock(stage["block"], width, config.NormNumGroups));
        })];
        normOut = new(parameters["norm_out"], config.NormNumGroups, widths[^1]);
        grid = new(parameters["grid"], widths[^1], config.GridChannels, kernel: 1);
        hidden = new(parameters["hidden"], ReaderConfig.GridSide * Window * config.GridChannels, config.HeadWidth, useBias: true);
        answer = new(parameters["answer"], config.HeadWidth, config.Answers, useBias: true);
    }

    /// <summary>Pixels (B, 3, side, side) in [0, 1], channels last for speed → the answers' logits, (B, places, answers).</summary>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var x = (pixels - 0.5) * 4;
        foreach (var (down, block) in stages)
        {
            x = down.Forward(x);
            x = block?.Forward(x) ?? nn.functional.silu(x);
        }
        x = nn.functional.silu(grid.Forward(nn.functional.silu(normOut.Forward(x)))); // (B, C, 8, 8)
        // The windows of neighbouring places overlap by half.
        var windows = stack([.. Enumerable.Range(0, Places).Select(place => x.narrow(3, place * Window / 2, Window))], 1); // (B, places, C, 8, 4)
        var heads = nn.functional.silu(hidden.Forward(windows.flatten(2)));
        return answer.Forward(heads).MoveToOuterDisposeScope();
    }
}
