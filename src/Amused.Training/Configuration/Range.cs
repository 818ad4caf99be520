using System.Globalization;

namespace Amused.Training;

/// <summary>Checks of settings; each fault is one line that names the setting, its value and what would be right.</summary>
internal static class Range
{
    public static void AtLeastOne(params ReadOnlySpan<(string Name, long Value)> settings)
    {
        foreach (var (name, value) in settings)
            Require(value >= 1, name, value, "must be 1 or more");
    }

    public static void NotNegative(params ReadOnlySpan<(string Name, double Value)> settings)
    {
        foreach (var (name, value) in settings)
            Require(value >= 0 && double.IsFinite(value), name, value, "must be 0 or more");
    }

    public static void Positive(params ReadOnlySpan<(string Name, double Value)> settings)
    {
        foreach (var (name, value) in settings)
            Require(value > 0 && double.IsFinite(value), name, value, "must be above 0");
    }

    public static void Share(params ReadOnlySpan<(string Name, double Value)> settings)
    {
        foreach (var (name, value) in settings)
            Require(value is >= 0 and <= 1, name, value, "must be from 0 to 1");
    }

    public static void BelowOne(params ReadOnlySpan<(string Name, double Value)> settings)
    {
        foreach (var (name, value) in settings)
            Require(value is >= 0 and < 1, name, value, "must be from 0 to below 1");
    }

    public static void Require(bool holds, string name, double value, string right)
    {
        if (!holds)
            throw new InvalidRequestException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}: it {right}"));
    }
}
