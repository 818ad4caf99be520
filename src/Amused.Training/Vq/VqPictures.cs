using Amused.Networks.Kernels;
using Amused.Training.Data;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>The pictures of a phase, or crops of them, from a place in the data on.</summary>
internal sealed class VqPictures(IImageSource source, VqTrainingConfig config, VqPhase phase, DataPosition start, Action<string>? notice) : IDisposable
{
    private readonly PrefetchingLoader loader = new(
        source, config.Data.Transform with { ReadMasks = config.NeedsMasks }, new DataOrder { Seed = config.Seed, ShuffleBuffer = config.Data.ShuffleBuffer }, config.Data.Loader(phase.BatchSize, notice), start);

    private readonly MaskNotice masks = new(config.NeedsMasks ? notice : null);

    /// <summary>The place of the first picture that was not taken yet.</summary>
    public DataPosition Position { get; private set; } = start;

    public LoaderStatistics Statistics => loader.Statistics;

    /// <summary>The next ones, with weights where the background counts less; the caller's.</summary>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    public VqBatch Take(CancellationToken cancellation)
    {
        if (!loader.TryTake(out var batch, cancellation))
            throw new InvalidOperationException("The data came to an end.");
        var start = Position;
        Position = batch.Next;
        masks.Look(batch);
        using var scope = NewDisposeScope();
        var (pixels, weights) = (batch.ToPixels(), Weights(batch));
        if (phase.CropSize is { } side && side < config.Data.Resolution)
            (pixels, weights) = (Crops(pixels, side, start), weights is null ? null : Crops(weights, side, start));
        return new(ChannelsLast.Of(pixels).MoveToOuterDisposeScope(), weights?.MoveToOuterDisposeScope());
    }

    /// <summary>Batch after batch.</summary>
    public IEnumerable<VqBatch> Batches(CancellationToken cancellation)
    {
        while (true)
            yield return Take(cancellation);
    }

    public void Dispose() => loader.Dispose();

    private Tensor? Weights(ExampleBatch batch) => config.NeedsMasks && batch.ToForeground(config.Data.Resolution, config.Data.Resolution) is { } foreground
        ? ForegroundShares.ToWeights(foreground, config.BackgroundWeight).unsqueeze(1)
        : null;

    /// <summary>A crop of each picture, at a place that depends on the seed and the place in the data alone.</summary>
    private Tensor Crops(Tensor pixels, int side, DataPosition start)
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
