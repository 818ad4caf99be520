using System.Text.Json.Nodes;

namespace Amused.Cli.Options;

/// <summary>A setting without which another one has no effect.</summary>
/// <param name="Path">The setting: <c>transformer.mode</c>.</param>
/// <param name="Option">How it is said on a command line: <c>--lora</c>.</param>
/// <param name="Values">Its values with which the other one has one.</param>
internal sealed record SettingNeed(string Path, string Option, params string[] Values)
{
    /// <summary>Whether settings have one of the values; a setting that isn't there has its default, which is none of them.</summary>
    public bool IsMet(JsonObject settings)
    {
        JsonNode? node = settings;
        foreach (var word in Path.Split('.'))
            node = (node as JsonObject)?[word];
        return node is JsonValue value && Values.Contains(value.ToString());
    }
}
