using Amused.Training.Configuration;
using Amused.Training.Data;
using static TorchSharp.torch;

namespace Amused.Training.Tuning;

/// <summary>Batches of pictures: decoded ahead on other threads, encoded by the VQGAN when they are taken.</summary>
internal sealed class PictureBatches : IBatchSource
{
    private readonly TrainedModels models;
    private readonly TrainingConfig config;
    private readonly PrefetchingLoader loader;
    private readonly MaskNotice masks;

    public PictureBatches(IImageSource source, TrainedModels models, TrainingConfig config, int resolution, DataPosition start, Action<string>? notice)
    {
        (this.models, this.config) = (models, config);
        masks = new(config.Loss.NeedsMasks ? notice : null);
        EmptyCaption = Read([""]);
        loader = new(source, config.Data.Transform(resolution) with { ReadMasks = config.Loss.NeedsMasks }, new() { Seed = config.Seed, ShuffleBuffer = config.Data.ShuffleBuffer }, Options(notice), start);
    }

    public TextInputs EmptyCaption { get; }

    public long Broken => loader.Statistics.Broken;

    public double WaitingShare => loader.Statistics.WaitingShare;

    public TokenBatch Take(CancellationToken cancellation)
    {
        if (!loader.TryTake(out var batch, cancellation))
            throw new InvalidOperationException("The data came to an end.");
        masks.Look(batch);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = Encode(batch.ToPixels(models.Models.Device));
        return new(
            tokens.DetachFromDisposeScope(), batch.ToMicroConditions(models.Models.Device).DetachFromDisposeScope(), Read(batch.Captions), batch.Next,
            batch.ToForeground((int)tokens.shape[1], (int)tokens.shape[2], models.Models.Device)?.DetachFromDisposeScope(), batch.Examples);
    }

    public void Dispose()
    {
        loader.Dispose();
        EmptyCaption.Dispose();
    }

    /// <summary>Pixels to tokens, some pictures at a time if asked: the encoder's activations are most of a small run's memory.</summary>
    private Tensor Encode(Tensor pixels)
    {
        var (vq, size) = (models.Models.Vq, config.Loss.VqBatchSize);
        return size <= 0 || size >= pixels.shape[0] ? vq.EncodeTokens(pixels) : cat([.. pixels.split(size).Select(vq.EncodeTokens)]);
    }

    private TextInputs Read(IReadOnlyList<string> captions)
    {
        long[] ids = [.. captions.SelectMany(caption => models.Models.Tokenizer.Encode(caption).Ids).Select(id => (long)id)];
        return new(tensor(ids, [captions.Count, ids.Length / captions.Count], ScalarType.Int64, models.Models.Device).DetachFromDisposeScope());
    }

    private LoaderOptions Options(Action<string>? notice)
    {
        LoaderOptions options = new() { BatchSize = config.BatchSize, MaxBrokenShare = config.Data.BrokenShare, Warning = notice };
        return config.Data.Workers > 0 ? options with { Workers = config.Data.Workers } : options;
    }
}
