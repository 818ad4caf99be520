using System.Text.Json;
using System.Text.Json.Serialization;
using Amused.Sampling;
using Amused.Weights;

namespace Amused;

/// <summary>What a request that says nothing gets: a checkpoint's own settings (<c>generation_config.json</c> in its folder), else the published ones.</summary>
public sealed record GenerationDefaults
{
    /// <summary>The file, inside a checkpoint's folder.</summary>
    internal const string FileName = "generation_config.json";

    /// <summary>The number of sampling steps.</summary>
    /// <value>The default value is 12.</value>
    [JsonPropertyName("num_inference_steps")]
    public int Steps { get; init; } = 12;

    /// <summary>The guidance scale.</summary>
    /// <value>The default value is 10.</value>
    public float GuidanceScale { get; init; } = 10;

    /// <summary>The temperature, <c>[first, last]</c> in the file.</summary>
    /// <value>The default value is from 2 to 0.</value>
    [JsonConverter(typeof(TemperatureRangeConverter))]
    public TemperatureRange Temperature { get; init; } = TemperatureRange.Default;

    /// <summary>Reads a checkpoint's own settings; the published ones where it has none.</summary>
    /// <exception cref="BrokenInputException">The file is there and unusable.</exception>
    public static GenerationDefaults Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return new();
        var defaults = ConfigJson.Read<GenerationDefaults>(path);
        try
        {
            var (steps, scale, temperature) = (defaults.Steps, defaults.GuidanceScale, defaults.Temperature);
            RequestSettings.Check(new TextToImageRequest { Steps = steps, GuidanceScale = scale, Temperature = temperature });
        }
        catch (InvalidRequestException cause)
        {
            throw FileFault.Of(path, cause.Message, cause);
        }
        return defaults;
    }

    private sealed class TemperatureRangeConverter : JsonConverter<TemperatureRange>, IExpectation
    {
        public string Expected => "two numbers, [first, last]";

        public override TemperatureRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<float[]>(ref reader, options) is [var start, var end] ? new(start, end) : throw new JsonException(Expected);

        public override void Write(Utf8JsonWriter writer, TemperatureRange value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new[] { value.Start, value.End }, options);
    }
}
