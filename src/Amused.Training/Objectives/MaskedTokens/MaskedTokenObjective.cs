using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>U-ViT and text tower, in full or by LoRA, learn to say which codes a picture has at masked places.</summary>
internal sealed class MaskedTokenObjective : ITrainingObjective
{
    private readonly TrainingConfig config;
    private readonly TrainedModels models;
    private readonly MaskedTokenUpdates updates;
    private readonly int resolution;

    private MaskedTokenObjective(TrainingConfig config, TrainedModels models)
    {
        (this.config, this.models) = (config, models);
        resolution = config.Data.Resolution ?? ResolutionOfShards(config.Data) ?? models.Models.Size.Default;
        models.Models.Size.GridOf(resolution, resolution);
        if (config.Model.InitFrom is { } initial)
            InitialWeights.Take(initial, models);
        updates = new(models, config);
        foreach (var network in models.Networks)
            network.SetDropout(true);
    }

    public IEnumerable<KeyValuePair<string, Tensor>> Weights => models.Parameters;

    public IEnumerable<KeyValuePair<string, Tensor>> State => updates.State;

    /// <summary>Loads what a run starts from.</summary>
    /// <param name="config">The run's settings.</param>
    /// <param name="isResumed">Whether the run goes on from a checkpoint.</param>
    /// <param name="cancellation">Stops a download, or the loading.</param>
    public static MaskedTokenObjective Load(TrainingConfig config, bool isResumed, CancellationToken cancellation)
    {
        var models = TrainedModels.Load(StartingModel.Locate(config, isResumed, cancellation), config, cancellation);
        try
        {
            return new(config, models);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    public void AddTo(RunIdentity identity) => ModelIdentity.AddTo(identity, models, config.Model);

    /// <summary>Begins to train, on pictures or, where there is no source, on the encoded shards that the settings name.</summary>
    public ITrainingRun Begin(IImageSource? source, TrainingHooks hooks, long step, DataPosition start) => new MaskedTokenRun(
        config, models, updates, resolution, hooks, step, source is null ? Encoded(config.Data.EncodedFolder!, start) : Pictures(source, start, hooks.Notice));

    public void Save(string folder) => AsUsed(() =>
    {
        ResultWriter.Write(folder, models);
        return true;
    });

    public void SaveBeside(string folder) => ResultWriter.WriteLoras(folder, models);

    /// <summary>Makes pictures with the weights as they are now, averaged where there is an average.</summary>
    public GenerationResult Generate(GenerationRequest request) => AsUsed(() => models.Pipeline.Generate(request));

    public void Dispose()
    {
        updates.Dispose();
        models.Dispose();
    }

    private T AsUsed<T>(Func<T> work) => ValidationPictures.WithoutChance(models, updates.Ema, work);

    private (IExampleStream<TokenBatch> Examples, TextInputs EmptyCaption) Pictures(IImageSource source, DataPosition start, Action<string>? notice)
    {
        TokenEncoding encoding = new(models, config);
        DataOrder order = new() { Seed = config.Seed, ShuffleBuffer = config.Data.ShuffleBuffer };
        var transform = config.Data.Transform(resolution) with { ReadMasks = config.Loss.NeedsMasks };
        var emptyCaption = encoding.Read([""]);
        return (new PictureStream<TokenBatch>(source, transform, order, config.Data.Loader(config.BatchSize, notice), start, (batch, _) => encoding.Encode(batch)), emptyCaption);
    }

    private (IExampleStream<TokenBatch> Examples, TextInputs EmptyCaption) Encoded(string folder, DataPosition start)
    {
        EncodedDataset data = new(folder);
        try
        {
            ShardMatch.ThrowIfOther(folder, data, models, config, resolution);
            var device = models.Models.Device;
            return (new EncodedStream(data, new() { Seed = config.Seed }, config.BatchSize, start, device), data.ReadEmptyCaption().MovedTo(device));
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static int? ResolutionOfShards(DataSettings data)
    {
        if (data.EncodedFolder is not { } folder)
            return null;
        using EncodedDataset shards = new(folder);
        return shards.Resolution;
    }
}
