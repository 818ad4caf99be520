using System.Globalization;
using System.Text;

namespace Amused.Text;

/// <summary>
/// Cuts normalized text into the words that are encoded one by one. It does by hand what two patterns do in the reference: CLIP's
/// <c>&lt;\|startoftext\|&gt;|&lt;\|endoftext\|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>, then GPT-2's over each
/// match,
/// which only ever divides the first two alternatives.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private static readonly string[] SpecialWords = ["<|startoftext|>", "<|endoftext|>"];

    private enum Kind { Space, Letter, Digit, Other }

    /// <summary>The words, in order, as ranges of the text. White space belongs to none.</summary>
    public static IEnumerable<(int Start, int Length)> Split(string text)
    {
        for (var position = 0; position < text.Length;)
        {
            var length = LiteralAt(text, position, SpecialWords);
            if (length > 0)
            {
                yield return (position, 2);
                yield return (position + 2, length - 4);
                yield return (position + length - 2, 2);
                position += length;
                continue;
            }
            length = WordAt(text, position, out var kind);
            if (kind != Kind.Space)
                yield return (position, length);
            position += length;
        }
    }

    private static int WordAt(string text, int position, out Kind kind)
    {
        kind = KindAt(text, position, out var length);
        if (kind is Kind.Digit or Kind.Space)
            return length;
        if (text[position] == '\'' && LiteralAt(text, position, Contractions) is > 0 and var contraction)
            return contraction;
        var end = position + length;
        while (end < text.Length && KindAt(text, end, out length) == kind)
            end += length;
        return end - position;
    }

    private static int LiteralAt(string text, int position, string[] literals)
    {
        if (text[position] is not ('<' or '\''))
            return 0;
        foreach (var literal in literals)
        {
            if (text.AsSpan(position).StartsWith(literal, StringComparison.Ordinal))
                return literal.Length;
        }
        return 0;
    }

    private static Kind KindAt(string text, int position, out int length)
    {
        if (char.IsAscii(text[position]))
        {
            length = 1;
            return AsciiKind(text[position]);
        }
        Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : KindOf(Rune.GetUnicodeCategory(rune));
    }

    private static Kind AsciiKind(char character) =>
        char.IsAsciiLetter(character) ? Kind.Letter
        : char.IsAsciiDigit(character) ? Kind.Digit
        : char.IsWhiteSpace(character) ? Kind.Space
        : Kind.Other;

    private static Kind KindOf(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
        _ => Kind.Other,
    };
}
