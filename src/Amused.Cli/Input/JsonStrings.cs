using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Amused.Cli.Input;

/// <summary>
/// Reads JSON strings, also those whose escapes are half of a surrogate pair: JSON allows them, System.Text.Json checks but won't give them
/// out.
/// </summary>
internal static class JsonStrings
{
    /// <summary>The text of a line that is one JSON string; null when it isn't.</summary>
    public static string? Parse(string line)
    {
        var trimmed = line.AsSpan().Trim(" \t\r\n");
        if (!IsString(trimmed))
            return null;
        var text = new StringBuilder(trimmed.Length);
        for (var i = 1; i < trimmed.Length - 1; i++)
        {
            if (trimmed[i] != '\\')
            {
                text.Append(trimmed[i]);
                continue;
            }
            i++;
            text.Append(trimmed[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(trimmed.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                var literal => literal,
            });
            if (trimmed[i] == 'u')
                i += 4;
        }
        return text.ToString();
    }

    private static bool IsString(ReadOnlySpan<char> text)
    {
        if (text is not ['"', .., '"'])
            return false;
        try
        {
            var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
            return reader.Read() && reader.TokenType == JsonTokenType.String && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
