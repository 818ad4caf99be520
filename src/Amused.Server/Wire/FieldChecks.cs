using System.Numerics;

namespace Amused.Server;

/// <summary>Checks of single fields, each of which throws an <see cref="ApiException"/> that names the field.</summary>
internal static class FieldChecks
{
    /// <summary>A number within a range; the default where it is missing.</summary>
    public static T? Within<T>(this T? value, string field, T least, T most) where T : struct, INumber<T> =>
        value is not { } number || (number >= least && number <= most) ? value
        : throw ApiException.Value(field, FormattableString.Invariant($"{field} {number} is out of range: {least} to {most} are possible"));

    /// <summary>One of some words; null where it is missing.</summary>
    public static string? OneOf(this string? value, string field, params string[] words) =>
        value is null || words.Contains(value, StringComparer.Ordinal) ? value
        : throw ApiException.Value(field, $"{field} {FileFault.Quote(value)} cannot be served: {string.Join(", ", words)} can");

    /// <summary>A text of at most so many characters, without half characters.</summary>
    public static string Text(this string value, string field, int most)
    {
        if (value.Length > most)
            throw ApiException.Value(field, $"{field} has {value.Length} characters; at most {most} are possible",
                "string_above_max_length");
        // A lone half of a surrogate pair can't be kept in a file or a table.
        return value.Contains('\0') || !IsWhole(value) ? throw ApiException.Value(field, $"{field} holds characters that are none") : value;
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
