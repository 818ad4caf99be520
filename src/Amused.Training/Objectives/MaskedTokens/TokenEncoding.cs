using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Makes tokens and token ids of pictures and captions on the way, where no shards hold them.</summary>
internal sealed class TokenEncoding(TrainedModels models, TrainingConfig config)
{
    /// <summary>Encodes a batch, on the models' device.</summary>
    public TokenBatch Encode(ExampleBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = Encode(batch.ToPixels(models.Models.Device));
        return new(
            tokens.DetachFromDisposeScope(), batch.ToMicroConditions(models.Models.Device).DetachFromDisposeScope(), Read(batch.Captions), batch.Next,
            batch.ToForeground((int)tokens.shape[1], (int)tokens.shape[2], models.Models.Device)?.DetachFromDisposeScope(), batch.Examples);
    }

    /// <summary>The captions' token ids.</summary>
    public TextInputs Read(IReadOnlyList<string> captions)
    {
        long[] ids = [.. captions.SelectMany(caption => models.Models.Tokenizer.Encode(caption).Ids).Select(id => (long)id)];
        return new(tensor(ids, [captions.Count, ids.Length / captions.Count], ScalarType.Int64, models.Models.Device).DetachFromDisposeScope());
    }

    /// <summary>Pixels to tokens, some pictures at a time if asked: the encoder's activations are most of a small run's memory.</summary>
    private Tensor Encode(Tensor pixels)
    {
        var (vq, size) = (models.Models.Vq, config.Loss.VqBatchSize);
        return size <= 0 || size >= pixels.shape[0] ? vq.EncodeTokens(pixels) : cat([.. pixels.split(size).Select(vq.EncodeTokens)]);
    }
}
