using System.Text.Json;
using System.Text.Json.Nodes;
using Amused.Weights;

namespace Amused.Training;

/// <summary>A configuration as a tree of JSON: reading that knows every key, and what differs between two of them.</summary>
internal static class ConfigTree
{
    /// <summary>Reads a section's own values for the sake of their faults, which name the section.</summary>
    public delegate void SectionCheck(string origin, JsonObject settings);

    /// <summary>Reads a configuration; what is left out is at its default.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <param name="sections">The types of the sections by their paths, so that a wrong value can be named inside its section.</param>
    /// <exception cref="BrokenInputException">A key is no setting's, or a value of the wrong kind.</exception>
    public static T Read<T>(JsonObject json, string origin, IReadOnlyDictionary<string, SectionCheck> sections) where T : new()
    {
        var whole = ConfigJson.ToObject(new T());
        Merge(whole, json, origin, path: "", sections);
        return ConfigJson.Read<T>(origin, JsonSerializer.SerializeToUtf8Bytes(whole));
    }

    /// <summary>The check of a section. What is inside its own sections is left to theirs.</summary>
    public static void Check<T>(string origin, JsonObject settings) =>
        ConfigJson.Read<T>(origin, JsonSerializer.SerializeToUtf8Bytes(new JsonObject(settings.Where(pair => pair.Value is not JsonObject).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))));

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
    private static void Merge(JsonObject target, JsonObject settings, string origin, string path, IReadOnlyDictionary<string, SectionCheck> sections)
    {
        if (sections.TryGetValue(path, out var check))
            check($"{origin}: {path}", settings);
        foreach (var (key, value) in settings)
        {
            var name = path.Length == 0 ? key : $"{path}.{key}";
            if (!target.TryGetPropertyValue(key, out var present))
                throw FileFault.Of(origin, $"there is no setting {FileFault.Quote(name)}; the settings {(path.Length == 0 ? "there" : $"of {path}")} are {string.Join(", ", target.Select(pair => pair.Key))}");
            if (present is not JsonObject section)
                target[key] = value?.DeepClone();
            else if (value is JsonObject inner)
                Merge(section, inner, origin, name, sections);
            else if (value is not null)
                throw FileFault.Of(origin, $"{FileFault.Quote(name)} should be an object");
        }
    }
}
