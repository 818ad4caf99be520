using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Training.Configuration;

/// <summary>A configuration as a tree of JSON: reading that knows every key, and what differs between two of them.</summary>
internal static class ConfigTree
{
    /// <summary>The types of the sections, so that a wrong value can be named inside its section.</summary>
    private static readonly Dictionary<string, Action<string, JsonObject>> Sections = new()
    {
        ["model"] = Check<ModelSettings>,
        ["data"] = Check<DataSettings>,
        ["transformer"] = Check<NetworkSettings>,
        ["text_encoder"] = Check<NetworkSettings>,
        ["transformer.lora"] = Check<LoraSettings>,
        ["text_encoder.lora"] = Check<LoraSettings>,
        ["optimizer"] = Check<OptimizerSettings>,
        ["loss"] = Check<LossSettings>,
        ["ema"] = Check<EmaSettings>,
        ["validation"] = Check<ValidationSettings>,
        ["checkpoints"] = Check<CheckpointSettings>,
    };

    public static JsonObject Write(TrainingConfig config) => ConfigJson.ToObject(config);

    public static TrainingConfig Read(JsonObject json, string origin)
    {
        var whole = Write(new());
        Merge(whole, json, origin, path: "");
        return ConfigJson.Read<TrainingConfig>(origin, JsonSerializer.SerializeToUtf8Bytes(whole));
    }

    /// <summary>The settings in which two configurations differ, each as a line <c>batch_size: 4 instead of 8</c>.</summary>
    public static IEnumerable<string> Differences(JsonObject now, JsonObject then, IReadOnlySet<string> ignored, string path = "")
    {
        foreach (var (key, value) in now)
        {
            var name = path + key;
            if (ignored.Contains(name))
                continue;
            if (value is JsonObject section)
            {
                foreach (var line in Differences(section, then[key] as JsonObject ?? [], ignored, $"{name}."))
                    yield return line;
            }
            else if (!JsonNode.DeepEquals(value, then[key]))
            {
                yield return $"{name} is {value?.ToJsonString() ?? "null"} instead of {then[key]?.ToJsonString() ?? "null"}";
            }
        }
    }

    /// <summary>Puts settings over others; the sections that <paramref name="target"/> has are those that there are.</summary>
    private static void Merge(JsonObject target, JsonObject settings, string origin, string path)
    {
        if (Sections.TryGetValue(path, out var check))
            check($"{origin}: {path}", settings);
        foreach (var (key, value) in settings)
        {
            var name = path.Length == 0 ? key : $"{path}.{key}";
            if (!target.TryGetPropertyValue(key, out var present))
                throw FileFault.Of(origin, $"there is no setting {FileFault.Quote(name)}; the settings {(path.Length == 0 ? "there" : $"of {path}")} are {string.Join(", ", target.Select(pair => pair.Key))}");
            if (present is not JsonObject section)
                target[key] = value?.DeepClone();
            else if (value is JsonObject inner)
                Merge(section, inner, origin, name);
            else if (value is not null)
                throw FileFault.Of(origin, $"{FileFault.Quote(name)} should be an object");
        }
    }

    // Without the sections inside it, whose own turn comes.
    private static void Check<T>(string origin, JsonObject settings) =>
        ConfigJson.Read<T>(origin, JsonSerializer.SerializeToUtf8Bytes(new JsonObject(settings.Where(pair => pair.Value is not JsonObject).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))));
}
