using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amused;

/// <summary>
/// A picture's settings in the form that other programs read back from a PNG's <c>parameters</c>: that of Stable Diffusion web UI (AUTOMATIC1111). The prompt; a line
/// with the negative one, if there is one; and a last line of names and values, where a value with a comma, a colon or a line break is a JSON string.
/// </summary>
/// <example>
/// <code>
/// a fox in the snow
/// Negative prompt: blurry
/// Steps: 12, Sampler: MaskGIT, CFG scale: 5, Seed: 7, Size: 256x256, Model: amused-256, Temperature: 2 0, Version: Amused 0.1.0
/// </code>
/// </example>
internal static class ParametersText
{
    /// <summary>Readers want a sampler. aMUSEd has one alone, the parallel decoding of MaskGIT (Chang et al., 2022).</summary>
    private const string Sampler = "MaskGIT";

    /// <summary>Settings that have a place of their own in the line.</summary>
    private static readonly string[] Placed = ["steps", "guidance-scale", "seed", "width", "height", "size"];

    /// <summary>What the form calls otherwise than this library does.</summary>
    private static readonly Dictionary<string, string> OwnNames = new() { ["strength"] = "Denoising strength" };

    /// <summary>What follows the model, if a picture has it.</summary>
    private static readonly string[] Others =
        [.. RequestSettings.All.Select(setting => setting.OptionName).Except(Placed), "lora", "precision"];

    /// <summary>The text.</summary>
    /// <param name="settings">Long option names without dashes, and their values.</param>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">Its height.</param>
    public static string Compose(JsonObject settings, int width, int height)
    {
        StringBuilder text = new();
        text.Append(Words(settings, "prompt")).Append('\n');
        if (Words(settings, "negative-prompt") is { Length: > 0 } negative)
            text.Append("Negative prompt: ").Append(negative).Append('\n');
        List<(string Name, string Value)> line =
        [
            ("Steps", Value(settings["steps"])), ("Sampler", Sampler), ("CFG scale", Value(settings["guidance-scale"])), ("Seed", Value(settings["seed"])),
            ("Size", FormattableString.Invariant($"{width}x{height}")), ("Model", LastName(Value(settings["model"]))),
        ];
        foreach (var setting in Others)
            if (settings[setting] is { } value)
                line.Add((NameOf(setting), setting == "lora" && value is JsonArray files ? LastNames(files) : Value(value)));
        line.Add(("Version", $"Amused {Value(settings["version"])}"));
        return text.AppendJoin(", ", line.Select(part => $"{part.Name}: {Quoted(part.Value)}")).ToString();
    }

    /// <summary>The picture's own words, of a batch that shares a generator and so carries the words of all.</summary>
    private static string Words(JsonObject settings, string name)
    {
        var words = settings[name] is JsonArray { Count: > 0 } list ? list[(settings["index"]?.GetValue<int>() ?? 0) % list.Count] : settings[name];
        return Value(words).ReplaceLineEndings("\n");
    }

    private static string NameOf(string setting) =>
        OwnNames.GetValueOrDefault(setting) ?? $"{char.ToUpperInvariant(setting[0])}{setting[1..].Replace('-', ' ')}";

    private static string LastNames(JsonArray files) => string.Join(' ', files.Select(file => LastName(Value(file))));

    private static string Value(JsonNode? value) => PictureSettings.Value(value, " ");

    /// <summary>Not where a file lies on somebody's machine: others get the picture.</summary>
    private static string LastName(string path) => path.TrimEnd('/', '\\') is var trimmed && trimmed.LastIndexOfAny(['/', '\\']) is >= 0 and var at ? trimmed[(at + 1)..] : path;

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(",:\n") < 0 ? value : JsonSerializer.Serialize(value, PictureSettings.Readable);
}
