using Amused.Lora;

namespace Amused.Training;

/// <summary>Saves what a run has made: a checkpoint in the published layout where a network was trained in full, a LoRA file where there is a LoRA.</summary>
internal static class ResultWriter
{
    /// <summary>Writes the result.</summary>
    /// <exception cref="BrokenInputException">The folder can't be written.</exception>
    public static void Write(string folder, TrainedModels models)
    {
        using var noGrad = TorchSharp.torch.no_grad();
        WriteLoras(folder, models);
        if (models.Networks.Any(network => network.Settings.Mode == TrainingMode.Full))
            WriteCheckpoint(folder, models);
    }

    /// <summary>Writes the LoRAs of all networks into one file; nothing where there are none.</summary>
    public static void WriteLoras(string folder, TrainedModels models)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        LoraTensors[] loras = [.. models.Networks.SelectMany(network => network.Loras)];
        if (loras.Length > 0)
            LoraWriter.Write(Path.Combine(folder, LoraFile.DiffusersName), loras, models.Networks.Max(network => network.Settings.Lora.Dropout));
    }

    // What is frozen is copied as it lies on the disk: in memory it may be in another precision.
    private static void WriteCheckpoint(string folder, TrainedModels models)
    {
        var (loaded, writer) = (models.Models, new CheckpointWriter(folder, variant: null));
        if (IsFull(models.Transformer))
            writer.WriteTransformer(loaded.Transformer.Config, loaded.Parameters[Component.Transformer]);
        if (IsFull(models.TextEncoder))
            writer.WriteTextEncoder(loaded.TextEncoder.Config, loaded.Parameters[Component.TextEncoder]);
        foreach (var frozen in models.Networks.Where(network => !IsFull(network)).Select(network => network.Component).Append(Component.Vqvae))
            FolderCopy.Replace(loaded.Folder.ComponentPath(frozen), Path.Combine(folder, frozen));
        var hasDefaults = File.Exists(Path.Combine(loaded.Folder.Path, GenerationDefaults.FileName));
        // Which words it knows now, the checkpoint that it was trained from can't say.
        writer.WriteSettings(loaded.Scheduler, hasDefaults ? loaded.Defaults : null, words: null, loaded.Tokenizer.Save);
    }

    private static bool IsFull(TrainedNetwork network) => network.Settings.Mode == TrainingMode.Full;
}
