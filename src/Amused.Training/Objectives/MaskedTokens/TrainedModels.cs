using System.Globalization;
using Amused.Networks.UVit;
using Amused.Runtime;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>The models of a run: loaded so that what is trained is float32 and the run's own, and what is frozen takes little memory.</summary>
internal sealed class TrainedModels : IDisposable
{
    private TrainedModels(LoadedModels models, TrainingConfig config)
    {
        Models = models;
        Pipeline = new(models);
        Type = config.MixedPrecision.StorageType();
        Transformer = new(Component.Transformer, models.Parameters[Component.Transformer], config.Transformer, config.Seed, models.Device);
        TextEncoder = new(Component.TextEncoder, models.Parameters[Component.TextEncoder], config.TextEncoder, config.Seed + 1, models.Device);
    }

    public LoadedModels Models { get; }

    /// <summary>The same models, to make pictures with.</summary>
    public AmusedPipeline Pipeline { get; }

    /// <summary>The type of activations in the U-ViT and the text tower.</summary>
    public ScalarType Type { get; }

    public TrainedNetwork Transformer { get; }

    public TrainedNetwork TextEncoder { get; }

    public IEnumerable<TrainedNetwork> Networks => [Transformer, TextEncoder];

    /// <summary>All that is trained.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => [.. Networks.SelectMany(network => network.Parameters)];

    /// <summary>Loads a checkpoint for a run.</summary>
    /// <exception cref="BrokenInputException">The checkpoint is missing or broken, quantised, or has a U-ViT that is to be trained with dropout of its own.</exception>
    /// <exception cref="InvalidRequestException">A LoRA's target matches nothing.</exception>
    public static TrainedModels Load(string folder, TrainingConfig config, CancellationToken cancellation)
    {
        QuantizedCheckpoint.Refuse(folder, config.Model.Variant);
        var models = LoadedModels.Load(folder, config.Model.Variant, config.MixedPrecision, TorchDevices.Parse(config.Device), new Dictionary<string, ParameterStorage>
        {
            [Component.Transformer] = Storage(config.Transformer.Mode, config),
            [Component.TextEncoder] = Storage(config.TextEncoder.Mode, config),
            // A code that is off by rounding is another code.
            [Component.Vqvae] = new(ScalarType.Float32),
        }, cancellation);
        try
        {
            if (config.Transformer.Mode != TrainingMode.Frozen)
                RefuseDropout(models.Transformer.Config);
            return new(models, config);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        foreach (var network in Networks)
            network.Dispose();
        Pipeline.Dispose();
    }

    /// <summary>Published checkpoints have none; one that asks for it would be trained otherwise than it says.</summary>
    private static void RefuseDropout(UVit2DConfig config)
    {
        if (config.HiddenDropout != 0 || config.AttentionDropout != 0)
            throw new BrokenInputException(string.Create(CultureInfo.InvariantCulture,
                $"transformer/config.json: hidden_dropout is {config.HiddenDropout} and attention_dropout {config.AttentionDropout}; the U-ViT is trained without dropout: both must be 0"));
    }

    private static ParameterStorage Storage(TrainingMode mode, TrainingConfig config) => mode == TrainingMode.Full
        ? new(ScalarType.Float32, IsOwnCopy: true)
        : new(config.MixedPrecision.StorageType());
}
