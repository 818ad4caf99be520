using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amused.Server;

/// <summary>A job to be done. What is left out is the model's own setting.</summary>
public sealed record JobBody
{
    /// <summary>The model's id; the server's first one when it is left out.</summary>
    public string? Model { get; init; }

    /// <summary>What to make; an empty one is possible with a picture.</summary>
    public string? Prompt { get; init; }

    /// <summary>What the pictures should not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>How many pictures, from 1.</summary>
    public int? N { get; init; }

    /// <summary>Width in pixels, a multiple of the model's; not with a picture, whose shape is kept.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>The seed of the first picture; the others have the following ones. A random one when it is left out.</summary>
    public long? Seed { get; init; }

    /// <summary>The number of sampling steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance; none at 1 and below.</summary>
    public float? GuidanceScale { get; init; }

    /// <summary>How much noise the choice of places gets at the first and the last step, at least 0.</summary>
    public float[]? Temperature { get; init; }

    /// <summary>The aesthetic score of the micro-conditioning, about 1 to 10.</summary>
    public float? AestheticScore { get; init; }

    /// <summary>The crop corner of the micro-conditioning, in pixels.</summary>
    public int[]? Crop { get; init; }

    /// <summary>A picture to start from: a data URL, or the id of one in the history.</summary>
    public string? Image { get; init; }

    /// <summary>A mask of the picture's size, as a data URL: white is made anew; where it has transparent pixels, those are made anew instead.</summary>
    public string? Mask { get; init; }

    /// <summary>How much of the picture is made anew, 0 to 1.</summary>
    public double? Strength { get; init; }

    /// <summary>Whether the picture's own pixels come back outside the mask; true when it is left out.</summary>
    public bool? Composite { get; init; }

    /// <summary>LoRAs by name.</summary>
    public IReadOnlyList<LoraBody>? Loras { get; init; }

    /// <summary>What has no meaning here; an error names the first of it.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }
}
