using System.Text.Json.Nodes;
using Amused.Runtime;

namespace Amused.Server;

/// <summary>What makes a picture again, by the long names of the command line's options: the PNG carries it as one that the command line wrote does, so that it can be a line of its prompt file.</summary>
internal static class HistorySettings
{
    public static JsonObject Of(JobRequest job, GeneratedImage image, ModelFacts facts, ServerOptions options)
    {
        var request = job.Generation;
        var settings = new JsonObject { ["command"] = job.Kind, ["version"] = PictureSettings.Version, ["prompt"] = job.Prompt };
        if (request.NegativePrompts is [{ Length: > 0 } negative, ..])
            settings["negative-prompt"] = negative;
        var isLocal = ServesThisMachineAlone(options);
        AddModel(settings, job, facts.Precision, options, isLocal);
        RequestSettings.Record(settings, request, image, facts.Defaults);
        if (isLocal)
            AddServedNames(settings, job);
        return settings;
    }

    /// <summary>Whether nobody else gets the pictures. Others are not told where the server's files lie: only the names that they ask by.</summary>
    private static bool ServesThisMachineAlone(ServerOptions options) => ListenAddresses.AreLocal(options) && options.PublicUrl is null;

    /// <summary>Model, arithmetic and LoRAs, as they are given to the command line on this machine, or by the names that requests give.</summary>
    private static void AddModel(JsonObject settings, JobRequest job, Precision precision, ServerOptions options, bool isLocal)
    {
        var loading = options.Loading;
        settings["model"] = isLocal ? options.Models.First(model => model.Id == job.Model).Source : job.Model;
        if (loading.Hub.Revision is { } revision)
            settings["revision"] = revision;
        if (loading.Variant is { } variant)
            settings["variant"] = variant;
        settings["precision"] = PrecisionNames.Of(precision);
        settings["device"] = loading.Device;
        AddLoras(settings, "lora", job, lora => isLocal ? lora.File : lora.Name);
    }

    /// <summary>The names that requests give: the page restores its form from them, and the command line passes them over.</summary>
    private static void AddServedNames(JsonObject settings, JobRequest job)
    {
        settings["server-model"] = job.Model;
        AddLoras(settings, "server-lora", job, lora => lora.Name);
    }

    private static void AddLoras(JsonObject settings, string name, JobRequest job, Func<LoraUse, string> word)
    {
        if (job.Loras.Count > 0)
            settings[name] = new JsonArray([.. job.Loras.Select(lora => (JsonNode)FormattableString.Invariant($"{word(lora)}:{lora.Scale}"))]);
    }
}
