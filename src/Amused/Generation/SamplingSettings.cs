using Amused.Sampling;

namespace Amused;

/// <summary>A request's numbers, checked, with the checkpoint's defaults where it says nothing.</summary>
internal sealed record SamplingSettings(int Steps, float GuidanceScale, TemperatureRange Temperature)
{
    private const int MostSteps = 1000;

    public static SamplingSettings Of(GenerationRequest request, GenerationDefaults defaults)
    {
        var settings = new SamplingSettings(
            request.Steps ?? defaults.Steps, request.GuidanceScale ?? defaults.GuidanceScale, request.Temperature ?? defaults.Temperature);
        if (settings.Steps is < 1 or > MostSteps)
            throw new InvalidRequestException($"steps: {settings.Steps} is out of range, 1 to {MostSteps} are possible (12 is usual)");
        if (!float.IsFinite(settings.GuidanceScale))
            throw new InvalidRequestException($"guidance scale: {settings.GuidanceScale} is not a finite number");
        if (!settings.Temperature.IsUsable)
            throw new InvalidRequestException($"temperature: {settings.Temperature.Start}, {settings.Temperature.End} must be finite numbers of at least 0");
        if (!float.IsFinite(request.AestheticScore))
            throw new InvalidRequestException($"aesthetic score: {request.AestheticScore} is not a finite number");
        return settings;
    }

    /// <summary>The index of the first step when only a part of them runs: <c>int(steps · strength)</c> in double, at least one.</summary>
    public int StartIndex(double strength)
    {
        if (!(strength is >= 0 and <= 1))
            throw new InvalidRequestException($"strength: {strength} is out of range, 0 to 1 are possible");
        return Steps - Math.Max((int)(Steps * strength), 1);
    }
}
