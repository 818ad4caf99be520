using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Amused.Cli.Output;

/// <summary>
/// Names files after a pattern: <c>{index}</c>, <c>{seed}</c> and <c>{prompt}</c> are filled in, and files that would have the same name
/// are numbered,
/// <c>out-0.png</c>, <c>out-1.png</c>, ….
/// </summary>
internal static partial class OutputNames
{
    private const int LongestPrompt = 60;

    /// <summary>The names of all files of a call, in order; all different.</summary>
    public static IReadOnlyList<string> Assign(IReadOnlyList<OutputSubject> subjects)
    {
        var names = subjects.Select((subject, index) => Expand(subject, index)).ToList();
        var shared = names.GroupBy(Path.GetFullPath).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var taken = names.Select(Path.GetFullPath).Where(name => !shared.Contains(name)).ToHashSet();
        var counters = new Dictionary<string, int>();
        for (var i = 0; i < names.Count; i++)
        {
            var full = Path.GetFullPath(names[i]);
            if (!shared.Contains(full))
                continue;
            string numbered;
            do
            {
                var number = counters.GetValueOrDefault(full);
                counters[full] = number + 1;
                numbered = Path.ChangeExtension(names[i], null) + string.Create(CultureInfo.InvariantCulture,
                    $"-{number}") + Path.GetExtension(names[i]);
            }
            while (!taken.Add(Path.GetFullPath(numbered)));
            names[i] = numbered;
        }
        return names;
    }

    /// <exception cref="InvalidRequestException">The pattern holds a word that isn't known.</exception>
    private static string Expand(OutputSubject subject, int index)
    {
        var pattern = subject.Pattern;
        if (pattern.Length == 0)
            throw new InvalidRequestException("an output file without a name: give one such as out.png");
        if (Path.EndsInDirectorySeparator(pattern) || Directory.Exists(pattern))
            pattern = Path.Combine(pattern, subject.NameInFolder);
        return Placeholder().Replace(pattern, match => match.Groups[1].Value switch
        {
            "index" => index.ToString(CultureInfo.InvariantCulture),
            "seed" => subject.Seed.ToString(CultureInfo.InvariantCulture),
            "prompt" => Sanitize(subject.Prompt),
            var other =>
                throw new InvalidRequestException($"'{subject.Pattern}': {{{other}}} is unknown, use {{index}}, {{seed}} or {{prompt}}"),
        });
    }

    /// <summary>A prompt as part of a file's name on any system: letters, digits and dashes.</summary>
    internal static string Sanitize(string prompt)
    {
        var name = new StringBuilder();
        foreach (var rune in prompt.EnumerateRunes())
        {
            if (name.Length >= LongestPrompt)
                break;
            if (Rune.IsLetterOrDigit(rune))
                name.Append(rune);
            else if (name is { Length: > 0 } && name[^1] != '-')
                name.Append('-');
        }
        var text = name.ToString().TrimEnd('-');
        return text.Length > 0 ? text : "picture";
    }

    [GeneratedRegex(@"\{([^{}/\\]*)\}")]
    private static partial Regex Placeholder();
}

/// <summary>What a file is named after.</summary>
/// <param name="Pattern">The name or pattern that was asked for, or a folder.</param>
/// <param name="NameInFolder">The name when that is a folder.</param>
/// <param name="Prompt">The picture's prompt.</param>
/// <param name="Seed">Its seed.</param>
internal sealed record OutputSubject(string Pattern, string NameInFolder, string Prompt, long Seed);
