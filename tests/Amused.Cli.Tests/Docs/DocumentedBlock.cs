using System.Text.RegularExpressions;

namespace Amused.Cli.Tests.Docs;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">The document's path in the repository.</param>
/// <param name="Line">The number of its first line, the fence, from 1.</param>
/// <param name="Info">What stands behind the fence: the language, and <c>run</c> for what a test runs.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Reason">Why it isn't run, as a comment above says; null where none does.</param>
internal sealed partial record DocumentedBlock(string Document, int Line, string Info, string Text, string? Reason)
{
    /// <summary>What is said before a reason.</summary>
    public const string NotRun = "not run: ";

    /// <summary>Whether it is for a shell.</summary>
    public bool IsShell => Info.Split(' ')[0] == "bash";

    /// <summary>Whether a test runs it, word for word.</summary>
    public bool IsRun => Info == "bash run";

    /// <summary>Whether it adds packages to the project that a document's programs run in.</summary>
    public bool AddsPackages => IsShell && Text.StartsWith("dotnet add package ", StringComparison.Ordinal);

    /// <summary>Whether it is a program.</summary>
    public bool IsProgram => Info == "csharp";

    /// <summary>Whether it saves pictures.</summary>
    public bool SavesPictures => Saving().IsMatch(Text);

    /// <summary>All blocks of what users read, in the documents' order.</summary>
    public static IReadOnlyList<DocumentedBlock> All { get; } = [.. Documents().SelectMany(Of)];

    private static IEnumerable<string> Documents() =>
        new[] { ("", SearchOption.TopDirectoryOnly), ("docs", SearchOption.AllDirectories), ("models", SearchOption.AllDirectories), ("samples", SearchOption.AllDirectories), ("recipes", SearchOption.AllDirectories), ("tools", SearchOption.AllDirectories) }
            .SelectMany(place => Directory.EnumerateFiles(Path.Combine(GoldenFolder.Repository, place.Item1), "*.md", place.Item2))
            .Select(path => Path.GetRelativePath(GoldenFolder.Repository, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<DocumentedBlock> Of(string document)
    {
        var page = File.ReadAllText(Path.Combine(GoldenFolder.Repository, document)).ReplaceLineEndings("\n");
        foreach (Match block in Block().Matches(page))
            yield return new(
                document, page[..block.Groups["fence"].Index].Count(character => character == '\n') + 1, block.Groups["info"].Value, block.Groups["text"].Value,
                block.Groups["reason"] is { Success: true, Value: var reason } ? reason : null);
    }

    [GeneratedRegex(@"\.Save(ToAsync)?\(")]
    private static partial Regex Saving();

    [GeneratedRegex("^(<!-- " + NotRun + @"(?<reason>[^\n]+) -->\n)?(?<fence>```)(?<info>[^\n`]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
