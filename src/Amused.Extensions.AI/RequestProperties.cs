using Amused.Images;
using Amused.Sampling;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>A request's additional properties, read; null where one isn't given.</summary>
internal sealed class RequestProperties
{
    private readonly HashSet<string> seen = [];

    /// <exception cref="InvalidRequestException">A value can't be used, or one is given under two names.</exception>
    public RequestProperties(AdditionalPropertiesDictionary? properties)
    {
        foreach (var (name, value) in properties ?? [])
            if (PropertyValues.Unwrap(value) is { } given)
                Read(name, given);
    }

    public long? Seed { get; private set; }

    public string? NegativePrompt { get; private set; }

    public int? Steps { get; private set; }

    public float? GuidanceScale { get; private set; }

    public double? Strength { get; private set; }

    public TemperatureRange? Temperature { get; private set; }

    public IReadOnlyList<RgbImage> Masks { get; private set; } = [];

    public int Quality { get; private set; } = RgbImage.DefaultQuality;

    public IProgress<ImageProgress>? Progress { get; private set; }

    /// <summary>Names that say nothing to this generator.</summary>
    public List<string> Unknown { get; } = [];

    private void Read(string name, object value)
    {
        switch (Plain(name))
        {
            case "seed": Once(name, AmusedProperties.Seed); Seed = PropertyValues.Whole(name, value); break;
            case "negativeprompt": Once(name, AmusedProperties.NegativePrompt); NegativePrompt = PropertyValues.Text(name, value); break;
            case "steps" or "numinferencesteps": Once(name, AmusedProperties.Steps); Steps = (int)PropertyValues.Whole(name, value, 1, 1000); break;
            case "guidancescale": Once(name, AmusedProperties.GuidanceScale); GuidanceScale = (float)PropertyValues.Number(name, value); break;
            case "strength": Once(name, AmusedProperties.Strength); Strength = PropertyValues.Number(name, value); break;
            case "temperature": Once(name, AmusedProperties.Temperature); Temperature = PropertyValues.Temperature(name, value); break;
            case "mask": Once(name, AmusedProperties.Mask); Masks = MaskProperty.Read(name, value); break;
            case "quality": Once(name, AmusedProperties.Quality); Quality = (int)PropertyValues.Whole(name, value, 1, 100); break;
            case "progress": Once(name, AmusedProperties.Progress); Progress = AsProgress(name, value); break;
            default: Unknown.Add(name); break;
        }
    }

    private void Once(string name, string setting)
    {
        if (!seen.Add(setting))
            throw new InvalidRequestException($"additional properties: {setting} is given twice, the second time as {name}");
    }

    private static IProgress<ImageProgress> AsProgress(string name, object value) =>
        value as IProgress<ImageProgress> ?? throw PropertyValues.Wrong(name, value, $"an IProgress<{nameof(ImageProgress)}> is needed");

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();
}
