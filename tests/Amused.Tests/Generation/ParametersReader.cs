using System.Text.Json;
using System.Text.RegularExpressions;

namespace Amused.Tests;

/// <summary>
/// Reads a PNG's <c>parameters</c> as Stable Diffusion web UI's documentation has the format: the last line, if it has at least three names with values, is the settings';
/// from the line on that begins "Negative prompt:" it is the negative prompt; the rest is the prompt. A value in double quotes is a JSON string, another ends at a comma.
/// </summary>
internal sealed partial record ParametersReader(string Prompt, string NegativePrompt, IReadOnlyDictionary<string, string> Settings)
{
    private const string NegativeMark = "Negative prompt:";

    public static ParametersReader Read(string text)
    {
        List<string> lines = [.. text.Trim().Split('\n')];
        Dictionary<string, string> settings = [];
        if (Setting().Count(lines[^1]) >= 3)
        {
            foreach (Match match in Setting().Matches(lines[^1]))
                settings[match.Groups["name"].Value] = Unquoted(match.Groups["value"].Value);
            lines.RemoveAt(lines.Count - 1);
        }
        var negative = lines.FindIndex(line => line.StartsWith(NegativeMark, StringComparison.Ordinal));
        return negative < 0
            ? new(string.Join('\n', lines), "", settings)
            : new(string.Join('\n', lines.Take(negative)), string.Join('\n', lines.Skip(negative))[NegativeMark.Length..].Trim(), settings);
    }

    private static string Unquoted(string value) => value is ['"', .., '"'] ? JsonSerializer.Deserialize<string>(value)! : value;

    [GeneratedRegex("""\s*(?<name>\w[\w \-/]+):\s*(?<value>"(?:\\.|[^\\"])+"|[^,]*)(?:,|$)""")]
    private static partial Regex Setting();
}
