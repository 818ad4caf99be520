using Amused.Images;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>A picture as a training step takes it.</summary>
/// <param name="Name">What warnings call it.</param>
/// <param name="Caption">What is said of it; may be empty.</param>
/// <param name="Image">The crop, resolution × resolution.</param>
/// <param name="Conditions">Where the crop comes from.</param>
/// <param name="Mask">The same crop of the picture's mask, white where the picture matters; null: all of it does, or masks are not read.</param>
public sealed record TrainingExample(string Name, string Caption, RgbImage Image, MicroConditions Conditions, GreyImage? Mask = null);

/// <summary>Some examples, and where the sequence goes on after them.</summary>
/// <param name="Examples">One at least, all of one size.</param>
/// <param name="Next">The position of the first example after these: what a checkpoint saves.</param>
public sealed record ExampleBatch(IReadOnlyList<TrainingExample> Examples, DataPosition Next)
{
    /// <summary>The captions, in the order of the examples.</summary>
    public IReadOnlyList<string> Captions => [.. Examples.Select(example => example.Caption)];

    /// <summary>The pictures as (B, 3, H, W) float32 in [0, 1], channels last in memory, which convolutions are faster with: what the VQ model encodes.</summary>
    /// <param name="device">Where it is wanted; null: the CPU.</param>
    public Tensor ToPixels(Device? device = null)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var (height, width) = (Examples[0].Image.Height, Examples[0].Image.Width);
        var bytes = empty([Examples.Count, height, width, 3], ScalarType.Byte);
        var target = bytes.bytes;
        for (int i = 0; i < Examples.Count; i++)
            Examples[i].Image.Pixels.CopyTo(target[(i * height * width * 3)..]);
        // As bytes to the device: a quarter of what floats would take on the way.
        return (bytes.to(device ?? CPU).permute(0, 3, 1, 2).to(ScalarType.Float32) / 255).MoveToOuterDisposeScope();
    }

    /// <summary>The micro-conditions as (B, 5) float32, columns as in <see cref="MicroConditions"/>.</summary>
    /// <param name="device">Where it is wanted; null: the CPU.</param>
    public Tensor ToMicroConditions(Device? device = null)
    {
        TorchRuntime.EnsureLoaded();
        return tensor(Examples.SelectMany(example => example.Conditions.ToArray()).ToArray(), [Examples.Count, MicroConditions.Length], ScalarType.Float32, device);
    }

    /// <summary>How much of each token's square the pictures' masks show, as (B, rows, columns) float32 from 0 to 1; 1 where a picture has none.</summary>
    /// <param name="rows">The rows of the token grids.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="device">Where it is wanted; null: the CPU.</param>
    /// <returns>Null where no picture has a mask.</returns>
    public Tensor? ToForeground(int rows, int columns, Device? device = null)
    {
        if (Examples.All(example => example.Mask is null))
            return null;
        TorchRuntime.EnsureLoaded();
        var shares = Examples.SelectMany(example => ForegroundShares.Of(example.Mask, rows, columns));
        return tensor([.. shares.Select(share => share / (float)byte.MaxValue)], [Examples.Count, rows, columns], ScalarType.Float32, device);
    }
}
