using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.Server;

/// <summary>A job to be done: these fields, and the settings of <see cref="RequestSettings"/>. What is left out is the model's own.</summary>
public sealed record JobBody
{
    /// <summary>The model's id; the server's first one when it is left out.</summary>
    public string? Model { get; init; }

    /// <summary>What to make; an empty one is possible with a picture.</summary>
    public string? Prompt { get; init; }

    /// <summary>What the pictures should not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>A picture to start from: a data URL, or the id of one in the history.</summary>
    public string? Image { get; init; }

    /// <summary>A mask of the picture's size, as a data URL: white is made anew; where it has transparent pixels, those are made anew instead.</summary>
    public string? Mask { get; init; }

    /// <summary>LoRAs by name.</summary>
    public IReadOnlyList<LoraBody>? Loras { get; init; }

    /// <summary>The settings.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>The fields of the settings.</summary>
    /// <remarks>
    /// Not <c>size</c>: a picture's shape is kept. Not <c>generator</c>: each picture of the history can be made again without the others.
    /// </remarks>
    internal static SettingFields Fields(ServerLimits limits) =>
        new(limits, new Dictionary<string, string> { ["images-per-prompt"] = "n" }, ["size", "generator"]);
}
