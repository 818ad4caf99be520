using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Amused.Text;

/// <summary>A character and the place in the source text that it comes from.</summary>
/// <param name="Value">The code point.</param>
/// <param name="Offset">Index of its first UTF-16 unit in the source.</param>
internal readonly record struct PlacedRune(int Value, int Offset);

/// <summary>Unicode normalization form C (Unicode Standard Annex #15), which remembers where each character comes from.</summary>
/// <remarks>
/// <see cref="string.Normalize()"/> does nothing without ICU and otherwise depends on ICU's version, while token ids may not depend on
/// the machine. The tables are those of Unicode 9.0 because the reference's tokenizer library still composes by them.
/// </remarks>
internal static class CanonicalComposition
{
    /// <summary>Every character below is composed already and combines with nothing before it.</summary>
    private const char FirstCombining = '\u0300';

    private const int HangulSyllables = 0xAC00, LeadingJamo = 0x1100, VowelJamo = 0x1161, TrailingJamo = 0x11A7;
    private const int LeadingCount = 19, VowelCount = 21, TrailingCount = 28;

    private static readonly Lazy<Tables> Unicode = new(ReadTables);

    /// <summary>
    /// Whether the text is in form C for the simple reason that nothing in it decomposes or combines with what stands before it.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<char> text) =>
        !text.ContainsAnyInRange(FirstCombining, char.MaxValue) || !text.ContainsAny(Unicode.Value.Active);

    /// <summary>The text in form C. Lone surrogates become U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">Where it begins in its source: added to the places in the result.</param>
    public static List<PlacedRune> Compose(ReadOnlySpan<char> text, int offset)
    {
        var runes = Decompose(text, offset);
        SortMarks(CollectionsMarshal.AsSpan(runes));
        return Recompose(runes);
    }

    private static List<PlacedRune> Decompose(ReadOnlySpan<char> text, int offset)
    {
        List<PlacedRune> result = new(text.Length);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf16(text, out var rune, out var length);
            Decompose(rune.Value, offset, result);
            text = text[length..];
            offset += length;
        }
        return result;
    }

    private static void Decompose(int rune, int offset, List<PlacedRune> result)
    {
        var syllable = rune - HangulSyllables;
        if (syllable is >= 0 and < LeadingCount * VowelCount * TrailingCount)
        {
            result.Add(new(LeadingJamo + syllable / (VowelCount * TrailingCount), offset));
            result.Add(new(VowelJamo + syllable / TrailingCount % VowelCount, offset));
            if (syllable % TrailingCount > 0)
                result.Add(new(TrailingJamo + syllable % TrailingCount, offset));
        }
        else if (Unicode.Value.Decompositions.TryGetValue(rune, out var parts))
        {
            // Only the first of two parts may decompose further.
            Decompose(parts.First, offset, result);
            if (parts.Second > 0)
                result.Add(new(parts.Second, offset));
        }
        else
        {
            result.Add(new(rune, offset));
        }
    }

    /// <summary>Puts each run of combining marks in the order of their classes; marks of one class keep theirs.</summary>
    private static void SortMarks(Span<PlacedRune> runes)
    {
        for (var start = 0; start < runes.Length; start++)
        {
            var end = start;
            while (end < runes.Length && ClassOf(runes[end].Value) > 0)
                end++;
            if (end - start > 1)
                SortRun(runes[start..end]);
            start = end;
        }
    }

    private static void SortRun(Span<PlacedRune> run)
    {
        var keys = new long[run.Length];
        for (var index = 0; index < run.Length; index++)
            keys[index] = ((long)ClassOf(run[index].Value) << 32) | (uint)index;
        keys.AsSpan().Sort(run);
    }

    private static List<PlacedRune> Recompose(List<PlacedRune> runes)
    {
        const int adjacent = -1;
        List<PlacedRune> result = new(runes.Count);
        var starter = -1;
        var previousClass = adjacent; // of the last mark that stayed between the starter and here
        foreach (var rune in runes)
        {
            var combiningClass = ClassOf(rune.Value);
            if (starter >= 0 && previousClass < combiningClass && Pair(result[starter].Value, rune.Value) is int composed)
            {
                result[starter] = result[starter] with { Value = composed };
                continue;
            }
            if (combiningClass == 0)
                starter = result.Count;
            previousClass = combiningClass == 0 ? adjacent : combiningClass;
            result.Add(rune);
        }
        return result;
    }

    private static int? Pair(int first, int second)
    {
        int leading = first - LeadingJamo, vowel = second - VowelJamo;
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
            return HangulSyllables + (leading * VowelCount + vowel) * TrailingCount;
        int syllable = first - HangulSyllables, trailing = second - TrailingJamo;
        if (syllable is >= 0 and < LeadingCount * VowelCount * TrailingCount && syllable % TrailingCount == 0
            && trailing is > 0 and < TrailingCount)
            return first + trailing;
        return Unicode.Value.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int ClassOf(int rune) => rune < FirstCombining ? 0 : Unicode.Value.Classes.GetValueOrDefault(rune);

    private static Tables ReadTables()
    {
        Dictionary<int, byte> classes = [];
        Dictionary<int, (int First, int Second)> decompositions = [];
        Dictionary<(int First, int Second), int> compositions = [];
        using var stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("Amused.Text.CanonicalComposition.txt")!;
        using StreamReader lines = new(stream);
        while (lines.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (fields)
            {
                case ["class", var number, var range]:
                    var ends = range.Split('-');
                    for (var rune = Hexadecimal(ends[0]); rune <= Hexadecimal(ends[^1]); rune++)
                        classes.Add(rune, byte.Parse(number, CultureInfo.InvariantCulture));
                    break;
                case ["pair" or "split", var composed, var first, ..]:
                    var parts = (Hexadecimal(first), fields.Length > 3 ? Hexadecimal(fields[3]) : 0);
                    decompositions.Add(Hexadecimal(composed), parts);
                    if (fields[0] == "pair")
                        compositions.Add(parts, Hexadecimal(composed));
                    break;
            }
        }
        return new(classes, decompositions, compositions);
    }

    private static int Hexadecimal(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>What the embedded file says; its head explains the lines.</summary>
    private sealed record Tables(
        Dictionary<int, byte> Classes, Dictionary<int, (int First, int Second)> Decompositions, Dictionary<(int First, int Second),
        int> Compositions)
    {
        /// <summary>The characters that keep a text from being plain; surrogates are, as what they spell is not looked up.</summary>
        public SearchValues<char> Active { get; } = SearchValues.Create(
        [
            .. Classes.Keys.Concat(Decompositions.Keys).Concat(Compositions.Keys.Select(pair => pair.Second))
                .Concat(Enumerable.Range(VowelJamo, TrailingJamo + TrailingCount - VowelJamo))
                .Where(rune => rune is >= FirstCombining and <= char.MaxValue && !char.IsSurrogate((char)rune))
                .Select(rune => (char)rune),
            .. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit),
        ]);
    }
}
