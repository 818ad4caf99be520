using System.Globalization;
using Amused.Images;
using Amused.Networks;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The pictures by which one sees how a run is getting on.</summary>
internal sealed class HeldOutPictures : IDisposable
{
    private const int BatchSize = 4;
    private readonly List<Tensor> batches = [];
    private readonly int shown;

    /// <summary>Decodes the first ones of a data set.</summary>
    public HeldOutPictures(IImageSource source, VqTrainingConfig config)
    {
        shown = config.Validation.Shown;
        using PrefetchingLoader loader = new(
            source, config.Data.Transform with { CenterCrop = true, RandomFlip = false }, new DataOrder { Shuffle = false },
            new LoaderOptions { BatchSize = BatchSize, Workers = 1, Epochs = 1, MaxBrokenShare = 1 });
        for (var left = config.Validation.Images; left > 0 && loader.TryTake(out var batch); left -= batch.Examples.Count)
            batches.Add((batch with { Examples = [.. batch.Examples.Take(left)] }).ToPixels().DetachFromDisposeScope());
    }

    /// <summary>How many there are.</summary>
    public long Count => batches.Sum(batch => batch.shape[0]);

    /// <summary>The training's pictures and those to judge it by.</summary>
    /// <param name="source">All pictures, or those to train on.</param>
    /// <param name="heldOut">Those to judge by; null: as the settings say.</param>
    /// <param name="config">The settings.</param>
    /// <param name="notice">Is told what was taken and left out.</param>
    /// <param name="cancellation">Ends a download.</param>
    public static (IImageSource Training, IImageSource? HeldOut) Split(
        IImageSource source, IImageSource? heldOut, VqTrainingConfig config, Action<string>? notice, CancellationToken cancellation)
    {
        var validation = config.Validation;
        if (heldOut is not null || validation.Source is not null)
            return (source, heldOut ?? config.Data.Open(validation.Source, notice, cancellation));
        // So few pictures that perhaps none would be kept back, or all of them.
        return source.Count * validation.Share < 1 || validation.Share == 0 ? (source, null) : HeldOutSplit.Of(source, validation.Share);
    }

    /// <summary>Reconstructs them, and draws some.</summary>
    /// <param name="updates">The network.</param>
    /// <param name="quantize">Whether with codes too; then these are shown.</param>
    /// <param name="folder">Where the drawing goes.</param>
    public VqEvaluation Evaluate(VqUpdates updates, bool quantize, string folder)
    {
        var grid = Grid(updates, quantize);
        var path = Path.Combine(folder, "validation", string.Create(CultureInfo.InvariantCulture, $"step-{updates.StepsDone:000000}.png"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        grid.Save(path);
        return new(updates.StepsDone, Psnr(updates, quantize: false), quantize ? Psnr(updates, quantize: true) : null, grid, path);
    }

    public void Dispose() => batches.ForEach(batch => batch.Dispose());

    /// <summary>The mean of the pictures' PSNR.</summary>
    private double Psnr(VqUpdates updates, bool quantize) => batches.Sum(pixels =>
    {
        using var scope = NewDisposeScope();
        var error = (updates.Reconstruct(pixels, quantize) - pixels).square().mean([1, 2, 3]);
        return (error.log10() * -10).sum().item<float>();
    }) / Count;

    private RgbImage Grid(VqUpdates updates, bool quantize)
    {
        List<RgbImage> originals = [], reconstructions = [];
        foreach (var pixels in batches.TakeWhile(_ => originals.Count < shown))
        {
            using var scope = NewDisposeScope();
            originals.AddRange(Pictures(pixels));
            reconstructions.AddRange(Pictures(updates.Reconstruct(pixels, quantize)));
        }
        var count = Math.Min(shown, originals.Count);
        return ImageGrid.Compose([.. originals.Take(count), .. reconstructions.Take(count)], count);
    }

    private static IEnumerable<RgbImage> Pictures(Tensor pixels) =>
        pixels.split(1).Select(one => PixelTensors.ToImage(PixelTensors.ToUnitRange(one), (int)one.shape[3], (int)one.shape[2]));
}
