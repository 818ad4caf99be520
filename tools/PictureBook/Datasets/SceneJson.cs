using System.Text.Json;
using System.Text.Json.Serialization;
using PictureBook.Scenes;

namespace PictureBook.Datasets;

/// <summary>
/// A scene's truth as JSON:
/// <c>{"text":…,"seed":…,"index":…,"things":[{"thing":…,"colour":…,"place":…,"size":…}],"sky":…,"ground":…,"sun":…,"moon":…,"clouds":…}</c>.
/// </summary>
public static partial class SceneJson
{
    /// <summary>One line of JSON, in UTF-8.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="caption">Its caption, as <c>text</c>.</param>
    /// <param name="fileName">The picture's file, as <c>file_name</c>; null leaves it out.</param>
    public static byte[] Write(Scene scene, string caption, string? fileName = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        Truth truth = new(caption, scene.Seed, scene.Index, [.. scene.Things.Select(Of)], scene.Sky, scene.Ground, scene.HasSun, scene.HasMoon, scene.Clouds, fileName);
        return JsonSerializer.SerializeToUtf8Bytes(truth, TruthContext.Default.Truth);
    }

    /// <summary>Reads a scene back.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    /// <exception cref="BrokenInputException">It is no scene.</exception>
    public static Scene Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var truth = JsonSerializer.Deserialize(json, TruthContext.Default.Truth) ?? throw new JsonException();
            return new()
            {
                Seed = truth.Seed,
                Index = truth.Index,
                Things = [.. truth.Things.Select(thing => new PlacedThing(AllThings.Find(thing.Thing) ?? throw new JsonException(), thing.Colour, thing.Place, thing.Size))],
                Sky = truth.Sky,
                Ground = truth.Ground,
                HasSun = truth.Sun,
                HasMoon = truth.Moon,
                Clouds = truth.Clouds,
            };
        }
        catch (JsonException cause)
        {
            throw new BrokenInputException("no JSON of a scene, as make-dataset writes it", cause);
        }
    }

    private static TruthThing Of(PlacedThing thing) => new(thing.Thing.Name, thing.Colour, thing.Place, thing.Size);

    private sealed record Truth(
        string Text, long Seed, long Index, TruthThing[] Things, Sky Sky, Ground Ground, bool Sun, bool Moon, int Clouds,
        [property: JsonPropertyOrder(-1)] string? FileName = null);

    private sealed record TruthThing(string Thing, ThingColour Colour, Place Place, ThingSize Size);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = [typeof(Words<ThingColour>), typeof(Words<Place>), typeof(Words<ThingSize>), typeof(Words<Sky>), typeof(Words<Ground>)])]
    [JsonSerializable(typeof(Truth))]
    private sealed partial class TruthContext : JsonSerializerContext;

    private sealed class Words<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;
}
