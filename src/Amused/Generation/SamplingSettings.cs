using Amused.Sampling;

namespace Amused;

/// <summary>A request's numbers, checked, with the checkpoint's defaults where it says nothing.</summary>
internal sealed record SamplingSettings(int Steps, float GuidanceScale, TemperatureRange Temperature)
{
    public static SamplingSettings Of(GenerationRequest request, GenerationDefaults defaults)
    {
        RequestSettings.Check(request);
        return new(
            request.Steps ?? defaults.Steps, request.GuidanceScale ?? defaults.GuidanceScale, request.Temperature ?? defaults.Temperature);
    }

    /// <summary>The index of the first step when only a part of them runs: <c>int(steps · strength)</c> in double, at least one.</summary>
    public int StartIndex(double strength) => Steps - Math.Max((int)(Steps * strength), 1);
}
