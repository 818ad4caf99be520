using Amused.Images;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>
/// A request's additional properties, read: the settings of <see cref="RequestSettings"/>, and what this generator has beside them;
/// null where one isn't given.
/// </summary>
internal sealed class RequestProperties
{
    private readonly HashSet<string> seen = [];
    private readonly List<(RequestSetting Setting, object Value)> settings = [];

    /// <exception cref="InvalidRequestException">A value can't be used, or one is given under two names.</exception>
    public RequestProperties(AdditionalPropertiesDictionary? properties)
    {
        foreach (var (name, value) in properties ?? [])
            if (PropertyValues.Unwrap(value) is { } given)
                Read(name, given);
    }

    public string? NegativePrompt { get; private set; }

    public IReadOnlyList<RgbImage> Masks { get; private set; } = [];

    public int Quality { get; private set; } = RgbImage.DefaultQuality;

    public IProgress<ImageProgress>? Progress { get; private set; }

    /// <summary>Names that say nothing to this generator.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Puts the settings into a request; what has no effect on one of its kind is told.</summary>
    public GenerationRequest Apply(GenerationRequest request, List<string> notices)
    {
        foreach (var (setting, value) in settings)
        {
            if (setting.BelongsTo(request))
                request = setting.Put(request, value);
            else
                notices.Add($"{setting.Name} has no effect on this kind of picture");
        }
        return request;
    }

    private void Read(string name, object value)
    {
        switch (Plain(name))
        {
            case "negativeprompt": Once(name, AmusedProperties.NegativePrompt); NegativePrompt = PropertyValues.Text(name, value); break;
            case "mask": Once(name, AmusedProperties.Mask); Masks = MaskProperty.Read(name, value); break;
            case "quality": Once(name, AmusedProperties.Quality); Quality = PropertyValues.Percent(name, value); break;
            case "progress": Once(name, AmusedProperties.Progress); Progress = AsProgress(name, value); break;
            default: ReadSetting(name, value); break;
        }
    }

    private void ReadSetting(string name, object value)
    {
        var known = Plain(name) == Plain(AmusedProperties.NumInferenceSteps) ? AmusedProperties.Steps : name;
        if (RequestSettings.Find(known) is not { } setting)
        {
            Unknown.Add(name);
            return;
        }
        Once(name, setting.Name);
        settings.Add((setting, setting.Read(value, name)));
    }

    private void Once(string name, string setting)
    {
        if (!seen.Add(setting))
            throw new InvalidRequestException($"additional properties: {setting} is given twice, the second time as {name}");
    }

    private static IProgress<ImageProgress> AsProgress(string name, object value) =>
        value as IProgress<ImageProgress> ?? throw PropertyValues.Wrong(name, value, $"an IProgress<{nameof(ImageProgress)}>");

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();
}
