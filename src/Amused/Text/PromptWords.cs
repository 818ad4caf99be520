using System.Text;
using System.Text.RegularExpressions;

namespace Amused.Text;

/// <summary>The words of an English text, to be looked up: without punctuation and case, in singular and plural.</summary>
internal static partial class PromptWords
{
    /// <summary>Plurals that no rule makes, after their singulars.</summary>
    private static readonly (string Singular, string Plural)[] Irregular =
        [("man", "men"), ("person", "people"), ("child", "children"), ("mouse", "mice"), ("goose", "geese"), ("foot", "feet"),
            ("tooth", "teeth"), ("ox", "oxen")];

    private static readonly (string Singular, string Plural)[] Endings =
        [("", "s"), ("", "es"), ("y", "ies"), ("f", "ves"), ("fe", "ves"), ("us", "i")];

    /// <summary>The words as they are written, without punctuation; a hyphen parts two.</summary>
    public static IReadOnlyList<string> Split(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    /// <summary>A word as it is looked up: in lower case, composed, with a straight apostrophe.</summary>
    public static string Fold(string word) => Composed(word).ToLowerInvariant().Replace('’', '\'');

    /// <summary>Words as one that is looked up.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Fold));

    /// <summary>The word itself and what may be its singular or its plural, most of which are no words.</summary>
    /// <param name="word">A word as it is looked up.</param>
    public static IEnumerable<string> OtherNumbers(string word)
    {
        yield return word;
        if (word.EndsWith("'s", StringComparison.Ordinal))
            yield return word[..^2];
        foreach (var (singular, plural) in Irregular)
        {
            if (word.EndsWith(plural, StringComparison.Ordinal))
                yield return word[..^plural.Length] + singular;
            if (word.EndsWith(singular, StringComparison.Ordinal))
                yield return word[..^singular.Length] + plural;
        }
        foreach (var (singular, plural) in Endings)
        {
            // Short words end alike by chance: "is" is no plural of "i".
            if (word.Length > plural.Length + 1 && word.EndsWith(plural, StringComparison.Ordinal))
                yield return word[..^plural.Length] + singular;
            if (word.Length > singular.Length + 1 && word.EndsWith(singular, StringComparison.Ordinal))
                yield return word[..^singular.Length] + plural;
        }
    }

    /// <summary>Half a surrogate pair is no text, and can't be composed.</summary>
    private static string Composed(string word) => word.Any(char.IsSurrogate) ? word : word.Normalize(NormalizationForm.FormC);

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}\p{N}]+)*")]
    private static partial Regex Word();
}
