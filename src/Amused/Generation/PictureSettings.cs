using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amused;

/// <summary>
/// A picture's prompt and settings, as the PNG carries them: for people and other programs under <c>parameters</c> (<see cref="ParametersText"/>), and for this program under
/// <c>amused</c>, as a JSON object that a prompt file takes as a line.
/// </summary>
internal static class PictureSettings
{
    public const string HumanKeyword = "parameters";
    public const string MachineKeyword = "amused";

    /// <summary>The version of this library, which pictures carry.</summary>
    public static string Version { get; } =
        typeof(PictureSettings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>JSON with letters of all languages as they are.</summary>
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text chunks of a PNG.</summary>
    /// <param name="settings">Long option names without dashes, and their values.</param>
    /// <param name="width">The picture's width in pixels; of a grid of pictures, that of each.</param>
    /// <param name="height">Its height.</param>
    public static IReadOnlyDictionary<string, string> ToText(JsonObject settings, int width, int height) => new Dictionary<string, string>
    {
        [HumanKeyword] = ParametersText.Compose(settings, width, height),
        ["Software"] = $"Amused {Version}",
        [MachineKeyword] = settings.ToJsonString(Readable),
    };

    /// <summary>The settings of a PNG's text; null when it has none.</summary>
    /// <exception cref="BrokenInputException">It has some, and they can't be read.</exception>
    public static JsonObject? FromText(IReadOnlyDictionary<string, string> text, string path)
    {
        if (!text.TryGetValue(MachineKeyword, out var json))
            return null;
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new BrokenInputException($"{path}: its settings are no JSON object");
        }
        catch (JsonException e)
        {
            throw new BrokenInputException($"{path}: its settings are no JSON: {FileFault.Printable(e.Message)}", e);
        }
    }

    /// <summary>A value as people read it.</summary>
    public static string Value(JsonNode? value, string separator) => value switch
    {
        null => "",
        JsonArray list => string.Join(separator, list.Select(item => Value(item, separator))),
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
