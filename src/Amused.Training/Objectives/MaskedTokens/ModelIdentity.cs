using Amused.Text;

namespace Amused.Training;

/// <summary>What a run starts from, by its content.</summary>
internal static class ModelIdentity
{
    /// <summary>Adds the networks that a run starts from and, where it starts from nothing, what the settings make them of.</summary>
    public static void AddTo(RunIdentity identity, TrainedModels models, ModelSettings settings)
    {
        var (folder, variant) = (models.Models.Folder, settings.Variant);
        identity.Add("model.transformer", ModelHash.OfTransformer(folder.ComponentPath(Component.Transformer), variant));
        identity.Add("model.text_encoder", ModelHash.OfTextTower(folder.ComponentPath(Component.TextEncoder), variant));
        identity.Add("model.vqvae", ModelHash.OfVq(folder.ComponentPath(Component.Vqvae), variant));
        identity.Add("model.tokenizer", ModelHash.Of(models.Models.Tokenizer));
        if (settings.Config is null)
            return;
        // A resumed run has its first model in its own folder; what that was made of may be gone by then.
        if (settings.Config is "256" or "512" || File.Exists(settings.Config))
            identity.Add("model.config", ModelHash.OfSizes(CheckpointConfig.Find(settings.Config)));
        if (settings.Vqvae is { } vqvae && Directory.Exists(vqvae))
            identity.Add("the --vqvae that is given", ModelHash.OfVq(VqFolder.Of(vqvae), variant: null));
        if (settings.Tokenizer is { } tokenizer && Directory.Exists(tokenizer))
            identity.Add("the --tokenizer that is given", ModelHash.Of(ClipTokenizer.Load(tokenizer)));
    }
}
