using Amused.Training.Data;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>The pictures of a phase, or crops of them, from a place in the data on.</summary>
internal sealed class VqPictures(IImageSource source, VqTrainingConfig config, VqPhase phase, DataPosition start, Action<string>? notice) : IDisposable
{
    private readonly PrefetchingLoader loader = new(
        source, config.Data.Transform, new DataOrder { Seed = config.Seed, ShuffleBuffer = config.Data.ShuffleBuffer }, config.Data.Loader(phase.BatchSize, notice), start);

    /// <summary>The place of the first picture that was not taken yet.</summary>
    public DataPosition Position { get; private set; } = start;

    public LoaderStatistics Statistics => loader.Statistics;

    /// <summary>(B, 3, H, W) float32 in [0, 1], channels last in memory; the caller's.</summary>
    /// <exception cref="OperationCanceledException">As asked for.</exception>
    public Tensor Take(CancellationToken cancellation)
    {
        if (!loader.TryTake(out var batch, cancellation))
            throw new InvalidOperationException("The data came to an end.");
        var start = Position;
        Position = batch.Next;
        using var scope = NewDisposeScope();
        var pixels = batch.ToPixels();
        if (phase.CropSize is { } side && side < config.Data.Resolution)
            pixels = Crops(pixels, side, start);
        return pixels.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Batch after batch.</summary>
    public IEnumerable<Tensor> Batches(CancellationToken cancellation)
    {
        while (true)
            yield return Take(cancellation);
    }

    public void Dispose() => loader.Dispose();

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
