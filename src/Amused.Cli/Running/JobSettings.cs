using System.Globalization;
using System.Text.Json.Nodes;
using Amused.Cli.Commands;
using Amused.Cli.Options;
using Amused.Runtime;
using Amused.Sampling;

namespace Amused.Cli.Running;

/// <summary>Everything that makes a picture again, by the long names of options.</summary>
internal static class JobSettings
{
    /// <summary>The settings of image <paramref name="k"/> of a result, with what the checkpoint filled in.</summary>
    public static JsonObject Of(GenerationJob job, GenerationRequest request, AmusedPipeline pipeline, GenerationResult result, int k)
    {
        var image = result.Images[k];
        var settings = new JsonObject { ["command"] = job.Command, ["version"] = CommandTree.Version };
        if (request.Generator == GeneratorMode.Shared)
            AddBatch(settings, job, k);
        else
            AddRow(settings, job, image.PromptIndex);
        AddModel(settings, job.Model, pipeline.Precision, job.Loras);
        if (job.Inputs.StartingTokensFile is { } tokens)
            settings["starting-tokens"] = tokens;
        RequestSettings.Record(settings, request, image, pipeline.Defaults);
        return settings;
    }

    /// <summary>Model, arithmetic (that which was used) and LoRAs.</summary>
    public static void AddModel(JsonObject settings, ModelChoice model, Precision precision, LoraChoices loras)
    {
        settings["model"] = model.Model;
        if (model.Hub.Revision is { } revision)
            settings["revision"] = revision;
        if (model.Hub.Variant is { } variant)
            settings["variant"] = variant;
        settings["precision"] = PrecisionNames.Of(precision);
        settings["device"] = model.Device;
        AddLoras(settings, loras);
    }

    private static void AddLoras(JsonObject settings, LoraChoices loras)
    {
        if (loras.Files.Count == 0)
            return;
        settings["lora"] = new JsonArray([.. loras.Files.Select(lora => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"{lora.File}:{lora.Scale}"))]);
        // Given for all of them or for none.
        if (loras.Files[0].Alpha is not null)
            settings["lora-alpha"] = new JsonArray([.. loras.Files.Select(lora => (JsonNode)lora.Alpha!.Value)]);
        if (loras.Fuse)
            settings["fuse-lora"] = true;
    }

    /// <summary>With a generator for each image, a picture needs its own row alone.</summary>
    private static void AddRow(JsonObject settings, GenerationJob job, int row)
    {
        foreach (var (name, list) in Lists(job))
            if (GenerationJob.OfRow(list, row) is { } value)
                settings[name] = value;
    }

    /// <summary>With a shared one, it needs the whole batch.</summary>
    private static void AddBatch(JsonObject settings, GenerationJob job, int k)
    {
        foreach (var (name, list) in Lists(job))
            if (list.Count > 0)
                settings[name] = list.Count == 1 ? list[0] : new JsonArray([.. list.Select(value => (JsonNode)value)]);
        settings["images-per-prompt"] = job.Seeds.ImagesPerPrompt;
        settings["index"] = k;
    }

    private static (string, IReadOnlyList<string>)[] Lists(GenerationJob job) =>
        [("prompt", job.Prompts), ("negative-prompt", job.NegativePrompts), ("image", job.Inputs.ImageFiles), ("mask", job.Inputs.MaskFiles)];
}
