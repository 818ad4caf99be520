using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What one update came to.</summary>
internal readonly record struct MaskedTokenUpdate(double Loss, double LearningRate, double GradientNorm, bool Applied);

/// <summary>One update of the trained weights: batches, losses, gradients, optimizer, average.</summary>
internal sealed class MaskedTokenUpdates : IDisposable
{
    private readonly TrainedModels models;
    private readonly TrainingConfig config;
    private readonly IOptimizer optimizer;
    private readonly GradScaler? scaler;
    private readonly GradientUpdate update;
    private readonly LearningRateSchedule rates;
    private readonly GradientCheckpoint? recomputation;

    public MaskedTokenUpdates(TrainedModels models, TrainingConfig config)
    {
        (this.models, this.config) = (models, config);
        var settings = config.Optimizer;
        optimizer = settings.Create(models.Parameters, models.Type);
        scaler = models.Type == ScalarType.Float16 ? new(settings.InitialLossScale) : null;
        update = new(optimizer)
        {
            AccumulationSteps = config.GradientAccumulationSteps,
            MaxGradientNorm = settings.MaxGradientNorm > 0 ? settings.MaxGradientNorm : double.PositiveInfinity,
            Scaler = scaler,
        };
        rates = settings.Rates(config.MaxSteps, (long)config.BatchSize * config.GradientAccumulationSteps);
        Ema = config.Ema.Enabled ? new(models.Parameters, config.Ema.Options) : null;
        recomputation = config.GradientCheckpointing ? new() : null;
        models.Models.Transformer.Hook = recomputation is null ? null : (_, part, inputs) => recomputation.Run(part, inputs);
    }

    /// <summary>The average of the weights.</summary>
    public EmaWeights? Ema { get; }

    /// <summary>The loss scale of fp16; not a number without one.</summary>
    public double LossScale => scaler?.Scale ?? double.NaN;

    /// <summary>All that a resumed run must find again, but for the weights.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        [.. optimizer.Under("optimizer"), .. scaler.Under("scaler"), .. Ema.Under("ema")];

    /// <summary>Makes one update.</summary>
    /// <param name="step">Its number, from 0.</param>
    /// <param name="batches">Gives the batches.</param>
    /// <param name="loss">Computes their losses.</param>
    /// <param name="cancellation">Looked at before each batch; where the update is given up, weights and state are as before it.</param>
    public MaskedTokenUpdate Run(long step, IExampleStream<TokenBatch> batches, BatchLoss loss, CancellationToken cancellation)
    {
        var sum = 0.0;
        try
        {
            for (var part = 0; part < config.GradientAccumulationSteps; part++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var batch = batches.Take(cancellation);
                var seed = new IndexRandom(RandomPurpose.Step, config.Seed, step, part).Next(int.MaxValue);
                sum += Backward(loss, batch, seed);
            }
        }
        catch
        {
            optimizer.ClearGradients();
            throw;
        }
        var rate = rates.At(step);
        var result = update.Apply(rate);
        if (result.Applied)
            Ema?.Update();
        return new(sum / config.GradientAccumulationSteps, rate, result.GradientNorm, result.Applied);
    }

    public void Dispose()
    {
        models.Models.Transformer.Hook = null;
        optimizer.Dispose();
        scaler?.Dispose();
        Ema?.Dispose();
        recomputation?.Dispose();
    }

    private double Backward(BatchLoss loss, TokenBatch batch, long seed)
    {
        using var scope = NewDisposeScope();
        var value = loss.Compute(batch, seed);
        update.Backward(value);
        recomputation?.ThrowIfFailed();
        return value.detach().to(ScalarType.Float32).cpu().item<float>();
    }
}
