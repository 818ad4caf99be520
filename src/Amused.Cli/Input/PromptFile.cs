using System.Text.Json;

namespace Amused.Cli.Input;

/// <summary>A file of prompts: one on each line, or JSON objects with any option under its long name.</summary>
internal static class PromptFile
{
    /// <summary>Beyond this a file is no list of prompts: a million long ones, and all of them are in memory.</summary>
    private const long LongestFile = 256 << 20;

    /// <summary>Reads all lines; empty ones are left out.</summary>
    /// <param name="path">The file; <c>-</c> is standard input.</param>
    /// <param name="host">Where standard input is.</param>
    /// <exception cref="BrokenInputException">The file is missing, can't be read or has no prompt.</exception>
    /// <exception cref="InvalidRequestException">A line that begins like a JSON object isn't one; the message has its number.</exception>
    public static IReadOnlyList<PromptLine> Read(string path, Host host)
    {
        var name = path == "-" ? "standard input" : path;
        var lines = new List<PromptLine>();
        var number = 0;
        foreach (var text in path == "-" ? ReadLines(host) : UserFile.Lines(InputFile.Require(path, "--prompt-file"), LongestFile))
        {
            number++;
            var origin = $"{name}, line {number}";
            if (!string.IsNullOrWhiteSpace(text))
                lines.Add(text.TrimStart().StartsWith('{') ? ReadObject(text, origin) : new(origin, [new("prompt", [text.Trim()])]));
        }
        return lines.Count > 0 ? lines : throw new BrokenInputException($"{name} has no prompt: one on each line is needed");
    }

    private static IEnumerable<string> ReadLines(Host host)
    {
        while (host.ReadLine() is { } line)
            yield return line;
    }

    private static PromptLine ReadObject(string text, string origin)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return new(origin, [.. json.RootElement.EnumerateObject()
                .Select(property => new LineOption(property.Name, Values(property, origin)))]);
        }
        catch (JsonException e)
        {
            throw new InvalidRequestException(
                $$"""{{origin}}: not a JSON object, from byte {{e.BytePositionInLine + 1}} on; right is, for example, {"prompt": "a red fox", "steps": 8}""", e);
        }
        catch (InvalidOperationException e)
        {
            // JSON allows it, but it is no text: System.Text.Json says so only when the string is asked for.
            throw new InvalidRequestException(
                $@"{origin}: half of a character, such as \ud83d alone, is no text; right is the character itself, or both halves: \ud83e\udd8a for a fox", e);
        }
    }

    private static IReadOnlyList<string>? Values(JsonProperty property, string origin) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => [.. property.Value.EnumerateArray().Select(value => Scalar(value, property.Name, origin))],
        _ => [Scalar(property.Value, property.Name, origin)],
    };

    private static string Scalar(JsonElement value, string name, string origin) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new InvalidRequestException($"{origin}: \"{name}\" must be a text, a number, true, false, or a list of these"),
    };
}

/// <summary>One line of a prompt file.</summary>
/// <param name="Origin">Where it stands, for messages.</param>
/// <param name="Options">What it sets.</param>
internal sealed record PromptLine(string Origin, IReadOnlyList<LineOption> Options)
{
    /// <summary>
    /// Runs something for a line, whose errors then begin with the line's place; null stands for the command line itself.
    /// </summary>
    public static T InLine<T>(string? origin, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (InvalidRequestException e) when (origin is not null)
        {
            throw new InvalidRequestException($"{origin}: {e.Message}", e);
        }
        catch (BrokenInputException e) when (origin is not null)
        {
            throw new BrokenInputException($"{origin}: {e.Message}", e);
        }
    }
}

/// <summary>An option that a line sets.</summary>
/// <param name="Name">The long name without dashes.</param>
/// <param name="Values">The values; null takes the command line's away.</param>
internal sealed record LineOption(string Name, IReadOnlyList<string>? Values);
