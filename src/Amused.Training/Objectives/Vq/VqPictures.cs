using Amused.Networks.Kernels;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The pictures of a phase, or crops of them, with weights where the background counts less.</summary>
internal static class VqPictures
{
    /// <summary>Opens them from a place in the data on.</summary>
    public static IExampleStream<VqBatch> Open(IImageSource source, VqTrainingConfig config, VqPhase phase, DataPosition start, Action<string>? notice) => new PictureStream<VqBatch>(
        source, config.Data.Transform with { ReadMasks = config.NeedsMasks }, new() { Seed = config.Seed, ShuffleBuffer = config.Data.ShuffleBuffer },
        config.Data.Loader(phase.BatchSize, notice), start, (batch, at) => Prepare(batch, at, config, phase));

    private static VqBatch Prepare(ExampleBatch batch, DataPosition start, VqTrainingConfig config, VqPhase phase)
    {
        using var scope = NewDisposeScope();
        var (pixels, weights) = (batch.ToPixels(), Weights(batch, config));
        if (phase.CropSize is { } side && side < config.Data.Resolution)
            (pixels, weights) = (Crops(pixels, side, start, config), weights is null ? null : Crops(weights, side, start, config));
        return new(ChannelsLast.Of(pixels).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    private static Tensor? Weights(ExampleBatch batch, VqTrainingConfig config) =>
        config.NeedsMasks && batch.ToForeground(config.Data.Resolution, config.Data.Resolution) is { } foreground
            ? ForegroundShares.ToWeights(foreground, config.BackgroundWeight).unsqueeze(1)
            : null;

    /// <summary>A crop of each picture, at a place that depends on the seed and the place in the data alone.</summary>
    private static Tensor Crops(Tensor pixels, int side, DataPosition start, VqTrainingConfig config)
    {
        var room = config.Data.Resolution - side + 1;
        var crops = Enumerable.Range(0, (int)pixels.shape[0]).Select(picture =>
        {
            IndexRandom random = new(RandomPurpose.Crop, config.Seed, start.Epoch, start.Index + picture);
            int top = random.Next(room), left = random.Next(room);
            return pixels[picture].narrow(1, top, side).narrow(2, left, side);
        });
        return stack([.. crops]);
    }
}
