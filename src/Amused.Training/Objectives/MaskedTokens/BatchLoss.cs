using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// From a batch of tokens and captions to its loss: masks, condition dropout, text states, the U-ViT, cross-entropy. All chance comes from the seed given with the batch, so
/// that a step is the same however often the run was interrupted before it.
/// </summary>
internal sealed class BatchLoss
{
    private readonly TrainedModels models;
    private readonly TrainingConfig config;
    private readonly TextInputs emptyCaption;
    private readonly TextStates text;
    private readonly LossFunction? loss;

    public BatchLoss(TrainedModels models, TrainingConfig config, TextInputs emptyCaption, LossFunction? loss)
    {
        (this.models, this.config, this.emptyCaption, this.loss) = (models, config, emptyCaption, loss);
        text = new(models.Models.TextEncoder, models.Type, models.TextEncoder.IsTrained);
    }

    /// <summary>Computes the loss of a batch, a scalar with gradients.</summary>
    public Tensor Compute(TokenBatch batch, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        if (models.Networks.Any(network => network.Settings.Lora.Dropout > 0))
            manual_seed(seed); // The LoRAs' dropout draws from the default generator.
        var masked = config.Loss.Masking.Draw(batch.Tokens, models.Models.Scheduler.MaskTokenId, generator);
        var dropped = new ConditionDropout { Probability = config.Loss.ConditionDropout }.Draw(batch.Tokens.shape[0], generator);
        var logits = Predict(batch, masked, dropped);
        var value = loss is null ? MaskedTokenLoss.Compute(logits, masked.Labels, config.Loss.LabelSmoothing, Weights(batch)) : loss(new(logits, masked, batch));
        return value.MoveToOuterDisposeScope();
    }

    /// <summary>What the network says of a batch with some places masked.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="masked">Its tokens with the masks.</param>
    /// <param name="dropped">(B) truth values: whose captions are replaced by the empty one.</param>
    /// <returns>Logits, (B, codebook, H, W).</returns>
    public Tensor Predict(TokenBatch batch, MaskedTokens masked, Tensor dropped)
    {
        using var scope = NewDisposeScope();
        var (hidden, pooled) = text.Encode(batch.Text, emptyCaption, dropped);
        var transformer = models.Models.Transformer;
        return transformer.Forward(masked.InputIds, transformer.Prepare(hidden, pooled, batch.MicroConditions)).MoveToOuterDisposeScope();
    }

    private Tensor? Weights(TokenBatch batch) =>
        config.Loss.NeedsMasks && batch.Foreground is { } foreground ? ForegroundShares.ToWeights(foreground, config.Loss.BackgroundWeight) : null;
}
