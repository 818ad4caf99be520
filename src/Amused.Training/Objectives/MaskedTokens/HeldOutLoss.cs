using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// The loss on examples that are not trained on, by the share of places that is masked: what is in doubt while nothing of a picture is known, and while most of it is. Where
/// examples have masks, only places count that are mostly inside. The same places are masked each time.
/// </summary>
internal sealed class HeldOutLoss : IDisposable
{
    /// <summary>The shares of masked places.</summary>
    public static readonly IReadOnlyList<double> Shares = [1, 0.9, 0.7, 0.4];

    private readonly EncodedDataset data;
    private readonly TrainedModels models;
    private readonly int count, batchSize;

    private HeldOutLoss(EncodedDataset data, TrainedModels models, TrainingConfig config)
    {
        (this.data, this.models, batchSize) = (data, models, config.BatchSize);
        count = (int)Math.Min(config.Validation.Examples, data.Count);
    }

    /// <summary>Opens the examples that the settings name; null where they name none.</summary>
    /// <exception cref="InvalidRequestException">The shards don't go with the model or the settings.</exception>
    /// <exception cref="BrokenInputException">There are no shards, or they are broken.</exception>
    public static HeldOutLoss? Open(TrainedModels models, TrainingConfig config, int resolution)
    {
        if (config.Validation.Data is not { } folder)
            return null;
        EncodedDataset data = new(folder);
        try
        {
            ShardMatch.ThrowIfOther(folder, data, models, config, resolution);
            return new(data, models, config);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Measures the weights as they are now.</summary>
    /// <returns>The mean loss of a masked place, by the share of masked places; not a number where none counts.</returns>
    public IReadOnlyDictionary<double, double> Measure(BatchLoss loss)
    {
        using var noGrad = no_grad();
        var sums = Shares.ToDictionary(share => share, _ => (Loss: 0.0, Places: 0.0));
        for (var first = 0; first < count; first += batchSize)
        {
            using var scope = NewDisposeScope();
            using var batch = data.Read(new() { Shuffle = false }, new(0, first), Math.Min(batchSize, count - first)).MovedTo(models.Models.Device);
            foreach (var share in Shares)
            {
                var (sum, places) = Sum(batch, share, first, loss);
                sums[share] = (sums[share].Loss + sum, sums[share].Places + places);
            }
        }
        return sums.ToDictionary(entry => entry.Key, entry => entry.Value.Loss / entry.Value.Places);
    }

    public void Dispose() => data.Dispose();

    private (double Loss, double Places) Sum(TokenBatch batch, double share, int first, BatchLoss loss)
    {
        using var scope = NewDisposeScope();
        var masked = Mask(batch.Tokens, share, first);
        var weights = (batch.Foreground is { } foreground ? foreground.ge(0.5) : ones_like(batch.Tokens)).to(ScalarType.Float32);
        var places = (weights * masked.Labels.ne(MaskedTokenLoss.Ignored)).sum().item<float>();
        if (places == 0)
            return (0, 0);
        var logits = loss.Predict(batch, masked, zeros(batch.Tokens.shape[0], ScalarType.Bool));
        return (MaskedTokenLoss.Compute(logits, masked.Labels, weights: weights).item<float>() * places, places);
    }

    private MaskedTokens Mask(Tensor tokens, double share, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var (batch, grid) = (tokens.shape[0], tokens.shape[1] * tokens.shape[2]);
        var mask = rand([batch, grid], generator: generator).argsort(-1).lt(Math.Round(share * grid)).view(tokens.shape).to(tokens.device);
        return new(tokens.masked_fill(mask, models.Models.Scheduler.MaskTokenId), tokens.masked_fill(mask.logical_not(), MaskedTokenLoss.Ignored));
    }
}
