using System.Globalization;
using System.Text.Json;

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
    public static string Text(string name, object value) => value as string ?? throw Wrong(name, value, "text");

    /// <exception cref="InvalidRequestException">It is no whole number from 1 to 100.</exception>
    public static int Percent(string name, object value) =>
        decimal.TryParse(Written(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= 100 && number == decimal.Truncate(number)
            ? (int)number
            : throw Wrong(name, value, "a whole number from 1 to 100");

    /// <param name="name">The property.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expected">What it isn't.</param>
    public static InvalidRequestException Wrong(string name, object value, string expected) =>
        new($"{name}: {(value is string text ? $"'{Short(text)}'" : Written(value) ?? value.GetType().Name)} is not {expected}");

    private static string? Written(object value) => value switch
    {
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A message is one line.</summary>
    private static string Short(string text) => new string([.. text.Take(40).Select(letter => char.IsControl(letter) ? ' ' : letter)]) + (text.Length > 40 ? "…" : "");
}
