using System.Collections;
using System.Globalization;
using System.Text.Json;
using Amused.Sampling;

namespace Amused.Extensions.AI;

/// <summary>Reads the values of additional properties, which may be of any numeric type, text, or JSON.</summary>
internal static class PropertyValues
{
    /// <summary>Null for what stands for nothing, text and numbers out of JSON, the rest as it is.</summary>
    public static object? Unwrap(object? value) => value is not JsonElement json ? value : json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetRawText(),
        JsonValueKind.Array => json.EnumerateArray().Select(item => Unwrap(item)).ToArray(),
        _ => json,
    };

    /// <exception cref="InvalidRequestException">It is no text.</exception>
    public static string Text(string name, object value) => value as string ?? throw Wrong(name, value, "text is needed");

    /// <exception cref="InvalidRequestException">It is no number.</exception>
    public static double Number(string name, object value) =>
        double.TryParse(Written(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(name, value, "a number is needed");

    /// <exception cref="InvalidRequestException">It is no whole number, or out of range.</exception>
    public static long Whole(string name, object value, long least = long.MinValue, long most = long.MaxValue)
    {
        // A decimal holds every long, and reads 7.0 and 7e0 as well.
        if (!decimal.TryParse(Written(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number != decimal.Truncate(number))
            throw Wrong(name, value, "a whole number is needed");
        return number >= least && number <= most ? (long)number : throw Wrong(name, value, $"it can be {least} to {most}");
    }

    /// <exception cref="InvalidRequestException">It is neither a number nor two.</exception>
    public static TemperatureRange Temperature(string name, object value)
    {
        if (value is TemperatureRange range)
            return range;
        if (value is string or not IEnumerable)
            return TemperatureRange.FromSingle((float)Number(name, value));
        object?[] ends = [.. ((IEnumerable)value).Cast<object?>().Select(Unwrap)];
        return ends is [{ } start, { } end]
            ? new((float)Number(name, start), (float)Number(name, end))
            : throw new InvalidRequestException($"{name}: {ends.Length} values; one number is needed, or two, the first and the last step's");
    }

    public static InvalidRequestException Wrong(string name, object value, string needed) =>
        new(value is string text ? $"{name}: \"{Short(text)}\": {needed}" : $"{name}: {Written(value) ?? value.GetType().Name}: {needed}");

    private static string? Written(object value) => value switch
    {
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A message is one line.</summary>
    private static string Short(string text) => new string([.. text.Take(40).Select(letter => char.IsControl(letter) ? ' ' : letter)]) + (text.Length > 40 ? "…" : "");
}
