using Amused.Training.Configuration;
using Amused.Training.Data;
using Amused.Training.Losses;
using Amused.Vqgan;
using static TorchSharp.torch;

namespace Amused.Training.Tuning;

/// <summary>
/// From a batch of pictures to its loss: tokens, text states, condition dropout, masks, the U-ViT, cross-entropy. All chance comes from the seed given with the batch, so
/// that a step is the same however often the run was interrupted before it.
/// </summary>
internal sealed class BatchLoss
{
    private readonly TrainedModels models;
    private readonly TrainingConfig config;
    private readonly TextStates text;
    private readonly LossFunction? loss;

    public BatchLoss(TrainedModels models, TrainingConfig config, LossFunction? loss)
    {
        (this.models, this.config, this.loss) = (models, config, loss);
        text = new(models.Models.Tokenizer, models.Models.TextEncoder, models.Type, models.Models.Device, models.TextEncoder.IsTrained);
    }

    /// <summary>Computes the loss of a batch, a scalar with gradients.</summary>
    public Tensor Compute(ExampleBatch batch, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        if (models.Networks.Any(network => network.Settings.Lora.Dropout > 0))
            manual_seed(seed); // The LoRAs' dropout draws from the default generator.
        var device = models.Models.Device;
        var masked = config.Loss.Masking.Draw(Encode(batch.ToPixels(device)), models.Models.Scheduler.MaskTokenId, generator);
        var dropped = new ConditionDropout { Probability = config.Loss.ConditionDropout }.Draw(batch.Examples.Count, generator);
        var (hidden, pooled) = text.Encode(batch.Captions, dropped);
        var transformer = models.Models.Transformer;
        var logits = transformer.Forward(masked.InputIds, transformer.Prepare(hidden, pooled, batch.ToMicroConditions(device)));
        var value = loss is null ? MaskedTokenLoss.Compute(logits, masked.Labels, config.Loss.LabelSmoothing) : loss(new(logits, masked, batch));
        return value.MoveToOuterDisposeScope();
    }

    /// <summary>Pixels to tokens, some pictures at a time if asked: the encoder's activations are most of a small run's memory.</summary>
    private Tensor Encode(Tensor pixels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        VqModel vq = models.Models.Vq;
        if (config.Loss.VqBatchSize <= 0 || config.Loss.VqBatchSize >= pixels.shape[0])
            return vq.EncodeTokens(pixels).MoveToOuterDisposeScope();
        return cat([.. pixels.split(config.Loss.VqBatchSize).Select(vq.EncodeTokens)]).MoveToOuterDisposeScope();
    }
}
