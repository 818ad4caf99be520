using Amused.Networks.Vqgan;
using Amused.Weights;
using Amused.Weights.Hub;

namespace Amused.Training;

/// <summary>Finds the folder of the model that a run starts from; makes it when the run starts from nothing.</summary>
internal static class StartingModel
{
    /// <summary>Where a run from nothing keeps the model that it started from, inside its own folder.</summary>
    public const string InitialName = "initial";

    /// <summary>Finds or makes the model.</summary>
    /// <param name="config">The run's settings.</param>
    /// <param name="isResumed">Whether the run goes on from a checkpoint: only then is a model that lies in its folder its own.</param>
    /// <param name="cancellation">Ends a download.</param>
    public static string Locate(TrainingConfig config, bool isResumed, CancellationToken cancellation) =>
        config.Model.Config is null ? OnHubOrDisk(config.Model, cancellation) : FromNothing(config, isResumed);

    // On the thread pool, where a download can't wait for a caller's synchronisation context.
    private static string OnHubOrDisk(ModelSettings model, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            using var hub = new HubClient();
            return await hub.LocateAsync(model.Name!, new() { Variant = model.Variant, Revision = model.Revision }, cancellation).ConfigureAwait(false);
        },
        cancellation).GetAwaiter().GetResult();

    /// <summary>The sizes of a model from nothing: those of the settings, but the VQGAN's where one is named.</summary>
    public static CheckpointConfig SizesOf(ModelSettings model)
    {
        var sizes = CheckpointConfig.Find(model.Config!);
        return model.Vqvae is { } vqvae ? sizes with { Vqvae = ConfigJson.Read<VqModelConfig>(Path.Combine(VqFolder.Of(vqvae), "config.json")) } : sizes;
    }

    private static string FromNothing(TrainingConfig config, bool isResumed)
    {
        var folder = Path.Combine(config.Output, InitialName);
        if (isResumed && Directory.Exists(folder))
            return folder;
        var temporary = Path.Combine(config.Output, $".{InitialName}-{Guid.NewGuid():N}.tmp");
        try
        {
            var sizes = SizesOf(config.Model);
            CheckpointInit.Create(temporary, sizes, config.Seed, tokenizerFolder: config.Model.Tokenizer);
            if (config.Model.Vqvae is { } vqvae)
                FolderCopy.Replace(VqFolder.Of(vqvae), Path.Combine(temporary, Component.Vqvae));
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true); // Of a run that ended before its first checkpoint, perhaps with other sizes or another seed.
            Directory.Move(temporary, folder);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
        return folder;
    }
}
