using System.Text.RegularExpressions;

namespace Amused.Cli.Tests.Packaging;

/// <summary>What a reader of a document does, in order.</summary>
/// <param name="Language"><c>csharp</c>: a program; <c>bash</c>: lines that add packages.</param>
/// <param name="Text">The block, word for word.</param>
internal sealed partial record DocumentBlock(string Language, string Text)
{
    /// <summary>Whether the program saves pictures.</summary>
    public bool SavesPictures => Saving().IsMatch(Text);

    /// <summary>The programs of a document, and the lines that add packages to the project that they run in.</summary>
    public static IReadOnlyList<DocumentBlock> Of(string document) =>
    [
        .. Fence().Matches(File.ReadAllText(document))
            .Select(match => new DocumentBlock(match.Groups["language"].Value, match.Groups["text"].Value))
            .Where(block => block.Language == "csharp" || block.Text.StartsWith("dotnet add package ", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(@"^```(?<language>csharp|bash)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\.Save(ToAsync)?\(")]
    private static partial Regex Saving();
}
