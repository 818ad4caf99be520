using System.Text.Json.Nodes;
using Amused.Imaging;
using Amused.Pipelines;
using Amused.Server.Engine;
using Amused.Server.Models;

namespace Amused.Server.History;

/// <summary>What makes a picture again, by the long names of the command line's options: the PNG carries it as one that the command line wrote does.</summary>
internal static class HistorySettings
{
    public static JsonObject Of(JobRequest job, GeneratedImage image, ModelFacts facts)
    {
        var request = job.Generation;
        var settings = new JsonObject { ["command"] = job.Kind, ["version"] = PictureSettings.Version, ["prompt"] = job.Prompt };
        if (request.NegativePrompts is [{ Length: > 0 } negative, ..])
            settings["negative-prompt"] = negative;
        settings["model"] = job.Model;
        if (job.Loras.Count > 0)
            settings["lora"] = new JsonArray([.. job.Loras.Select(lora => (JsonNode)FormattableString.Invariant($"{lora.Name}:{lora.Scale}"))]);
        (settings["width"], settings["height"]) = (image.Picture.Width, image.Picture.Height);
        settings["steps"] = request.Steps ?? facts.Defaults.Steps;
        settings["guidance-scale"] = request.GuidanceScale ?? facts.Defaults.GuidanceScale;
        var temperature = request.Temperature ?? facts.Defaults.Temperature;
        settings["temperature"] = new JsonArray(temperature.Start, temperature.End);
        settings["aesthetic-score"] = request.AestheticScore;
        settings["crop"] = new JsonArray(request.CropCoordinates.First, request.CropCoordinates.Second);
        if (request is ImageToImageRequest img2img)
            settings["strength"] = img2img.Strength;
        if (request is InpaintRequest inpaint)
            (settings["strength"], settings["no-composite"]) = (inpaint.Strength, !inpaint.Composite);
        settings["seed"] = image.Seed;
        return settings;
    }
}
