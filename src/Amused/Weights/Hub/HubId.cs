using System.Text.RegularExpressions;

namespace Amused.Weights.Hub;

/// <summary>The name of a model on the hub: <c>org/name</c>, such as <c>amused/amused-512</c>.</summary>
public static partial class HubId
{
    private const int LongestName = 96;

    /// <summary>
    /// Whether a text has the form of a hub id: two names of letters, digits, <c>-</c>, <c>_</c> and <c>.</c> with one slash between them.
    /// A folder of that name on this machine comes first: ask <see cref="Directory.Exists(string)"/> before, or use
    /// <see cref="HubClient.LocateAsync"/>.
    /// </summary>
    /// <param name="text">What the user wrote as the model.</param>
    public static bool LooksLikeId(string text) => Fault(text) is null;

    /// <summary>Refuses what the hub could never know.</summary>
    /// <exception cref="InvalidRequestException">The text is no hub id; the message says why.</exception>
    internal static void Require(string text)
    {
        if (Fault(text) is { } fault)
            throw new InvalidRequestException($"{FileFault.Quote(text)} is no hub id ({fault}): write org/name, such as amused/amused-512");
    }

    /// <summary>What keeps a text from being a hub id; null when it is one. The rules are the hub's own for model names.</summary>
    internal static string? Fault(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "it is empty";
        var names = text.Split('/');
        if (names.Length != 2)
            return "it needs exactly one slash";
        if (names.Any(name => name.Length > LongestName))
            return $"a name has {LongestName} characters at most";
        if (!names.All(name => NamePattern().IsMatch(name)))
            return "a name takes letters, digits, '-', '_' and '.', and neither starts nor ends with '-' or '.'";
        // Two dashes separate organisation and name in the cache's folder names.
        if (text.Contains("--", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
            return "'--' and '..' are not allowed";
        return text.EndsWith(".git", StringComparison.Ordinal) ? "it ends in '.git'" : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9_.\-]*[A-Za-z0-9_])?\z")]
    private static partial Regex NamePattern();
}
