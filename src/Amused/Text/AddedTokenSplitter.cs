using System.Buffers;
using System.Globalization;
using System.Text;

namespace Amused.Text;

/// <summary>Cuts text at added tokens: the leftmost occurrence first, the longest token where several begin.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, Entry[]> byFirstCharacter;
    private readonly SearchValues<char> firstCharacters;

    /// <summary>Prepares the splitter.</summary>
    /// <param name="tokens">
    /// The texts to look for, the tokens that they stand for and their ids; of two equal texts the last counts.
    /// </param>
    public AddedTokenSplitter(IEnumerable<(string Text, AddedToken Token, int Id)> tokens)
    {
        byFirstCharacter = tokens
            .Reverse()
            .Where(entry => entry.Text.Length > 0)
            .Select(entry => new Entry(entry.Text, entry.Token, entry.Id))
            .GroupBy(entry => entry.Text[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(entry => entry.Text.Length).ToArray());
        firstCharacters = SearchValues.Create([.. byFirstCharacter.Keys]);
    }

    /// <summary>The parts of the text in order: tokens, and what lies between them.</summary>
    public IEnumerable<Part> Split(string text)
    {
        var done = 0;
        for (var position = NextCandidate(text, 0); position < text.Length; position = NextCandidate(text, position))
        {
            if (TokenAt(text, position) is not { } entry)
            {
                position++;
                continue;
            }
            var found = position;
            position += entry.Text.Length;
            if (entry.Token.SingleWord && !StandsAlone(text, found, position))
                continue;
            // White space that a token takes along is still searched: the next token may begin with it.
            var start = entry.Token.LeftStrip ? SkipSpaceBack(text, found, done) : found;
            if (start > done)
                yield return new(done, start - done, null);
            yield return new(start, position - start, entry.Id);
            done = entry.Token.RightStrip ? SkipSpace(text, position) : position;
        }
        if (done < text.Length)
            yield return new(done, text.Length - done, null);
    }

    private int NextCandidate(string text, int from)
    {
        var distance = text.AsSpan(from).IndexOfAny(firstCharacters);
        return distance < 0 ? text.Length : from + distance;
    }

    private Entry? TokenAt(string text, int position)
    {
        foreach (var entry in byFirstCharacter[text[position]])
        {
            if (text.AsSpan(position).StartsWith(entry.Text, StringComparison.Ordinal))
                return entry;
        }
        return null;
    }

    private static bool StandsAlone(string text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out _);
        Rune.DecodeFromUtf16(text.AsSpan(end), out var after, out _);
        return !(start > 0 && IsWordCharacter(before)) && !(end < text.Length && IsWordCharacter(after));
    }

    /// <summary>Regular expressions' <c>\w</c> (Unicode Technical Standard #18, annex C).</summary>
    private static bool IsWordCharacter(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber => true, // letters, marks, decimal digits and letter numbers
        UnicodeCategory.ConnectorPunctuation => true,
        // Joiners, and the letters in circles and boxes, which are alphabetic symbols.
        _ => rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
    };

    private static int SkipSpaceBack(string text, int position, int floor)
    {
        while (position > floor && char.IsWhiteSpace(text[position - 1]))
            position--;
        return position;
    }

    private static int SkipSpace(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
        return position;
    }

    /// <summary>A stretch of the text; <see cref="Id"/> is the token's, null between tokens.</summary>
    public readonly record struct Part(int Start, int Length, int? Id);

    private sealed record Entry(string Text, AddedToken Token, int Id);
}
