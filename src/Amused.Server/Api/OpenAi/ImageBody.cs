using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.Server;

/// <summary>
/// A request for pictures as the OpenAI interface has it, and the settings of <see cref="RequestSettings"/> by the names that are in use elsewhere.
/// </summary>
public sealed record ImageBody
{
    /// <summary>The model's id; the server's first one when it is left out.</summary>
    public string? Model { get; init; }

    /// <summary>What to make. Needed, but for variations.</summary>
    public string? Prompt { get; init; }

    /// <summary><c>auto</c>, or width and height such as <c>256x256</c>.</summary>
    public string? Size { get; init; }

    /// <summary><c>b64_json</c> (the default) or <c>url</c>, for which the server has to keep a history.</summary>
    public string? ResponseFormat { get; init; }

    /// <summary><c>png</c> (the default), <c>jpeg</c> or <c>webp</c>.</summary>
    public string? OutputFormat { get; init; }

    /// <summary>The quality of jpeg and webp, 0 to 100; the default is 100 for webp (lossless), 95 for jpeg.</summary>
    public int? OutputCompression { get; init; }

    /// <summary>Sends events instead of one answer.</summary>
    public bool? Stream { get; init; }

    /// <summary>How many unfinished pictures to send along the way, 0 to 3; only with <c>stream</c>.</summary>
    public int? PartialImages { get; init; }

    /// <summary><c>auto</c> and <c>standard</c>: there is one quality.</summary>
    public string? Quality { get; init; }

    /// <summary><c>auto</c> and <c>opaque</c>: pictures have no transparency.</summary>
    public string? Background { get; init; }

    /// <summary>No style can be chosen: an error when it is given.</summary>
    public string? Style { get; init; }

    /// <summary>Ignored.</summary>
    public string? User { get; init; }

    /// <summary>Ignored: nothing is moderated.</summary>
    public string? Moderation { get; init; }

    /// <summary>Ignored: <c>strength</c> says how much is kept.</summary>
    public string? InputFidelity { get; init; }

    /// <summary>The picture to edit: a data URL, or an object with one as <c>image_url</c>, or a list of one of these.</summary>
    public JsonElement? Image { get; init; }

    /// <summary>As <c>image</c>.</summary>
    public JsonElement? Images { get; init; }

    /// <summary>A picture whose transparent pixels mark what to change, or, where nothing is transparent, its white ones: a data URL, or an object with one as <c>image_url</c>.</summary>
    public JsonElement? Mask { get; init; }

    /// <summary>What the pictures should not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>LoRAs by name.</summary>
    public IReadOnlyList<LoraBody>? Loras { get; init; }

    /// <summary>The settings.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>The fields of the settings.</summary>
    /// <remarks>
    /// Not <c>width</c> and <c>height</c>: <c>size</c> is the interface's own. Not <c>generator</c>: each picture of the history can be made again
    /// without the others.
    /// </remarks>
    internal static SettingFields Fields(ServerLimits limits) => new(
        limits,
        new Dictionary<string, string> { ["images-per-prompt"] = "n", ["steps"] = "num_inference_steps" },
        ["width", "height", "size", "generator"]);
}
