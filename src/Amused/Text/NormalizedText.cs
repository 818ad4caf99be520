using System.Runtime.InteropServices;
using System.Text;

namespace Amused.Text;

/// <summary>
/// A text as CLIP's vocabulary was learned: Unicode form C, white space as single spaces, lower case. Knows where each character comes
/// from.
/// </summary>
internal sealed class NormalizedText
{
    private const int DottedCapitalI = 0x130;
    private const char CombiningDotAbove = '\u0307';

    private readonly List<char> characters;
    private readonly List<int> offsets;

    private NormalizedText(int capacity)
    {
        characters = new(capacity);
        offsets = new(capacity);
        Text = "";
    }

    /// <summary>The normalized text.</summary>
    public string Text { get; private set; }

    /// <summary>Index, in the source, of the character that the normalized character at <paramref name="index"/> comes from.</summary>
    public int SourceOffset(int index) => offsets[index];

    /// <summary>Normalizes a part of a text.</summary>
    /// <param name="source">The whole text; places in it are counted from its beginning. Lone surrogates become U+FFFD.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many UTF-16 units it has.</param>
    public static NormalizedText Of(string source, int start, int length)
    {
        var part = source.AsSpan(start, length);
        NormalizedText result = new(length);
        if (CanonicalComposition.IsPlain(part))
        {
            for (var index = 0; index < part.Length; index++)
                result.Append(new Rune(part[index]), start + index);
        }
        else
        {
            foreach (var (value, offset) in CanonicalComposition.Compose(part, start))
                result.Append(new Rune(value), offset);
        }
        result.Text = new string(CollectionsMarshal.AsSpan(result.characters));
        return result;
    }

    /// <summary>The normal form of a short text by itself.</summary>
    public static string Of(string source) => Of(source, 0, source.Length).Text;

    private void Append(Rune rune, int offset)
    {
        if (rune.Value is > ' ' and < 0x80)
            Push((char)LowerCase(rune).Value, offset);
        else if (Rune.IsWhiteSpace(rune))
        {
            if (characters.Count == 0 || characters[^1] != ' ')
                Push(' ', offset);
        }
        else if (rune.Value == DottedCapitalI)
        {
            // The one character whose full lower case is two (Unicode's SpecialCasing.txt).
            Push('i', offset);
            Push(CombiningDotAbove, offset);
        }
        else
        {
            Push(LowerCase(rune), offset);
        }
    }

    private void Push(Rune rune, int offset)
    {
        if (rune.IsBmp)
        {
            Push((char)rune.Value, offset);
            return;
        }
        Span<char> units = stackalloc char[2];
        rune.EncodeToUtf16(units);
        Push(units[0], offset);
        Push(units[1], offset);
    }

    private void Push(char character, int offset)
    {
        characters.Add(character);
        offsets.Add(offset);
    }

    /// <summary>
    /// The simple lower case of Unicode 17, as the reference's library has it: the pairs that came after Unicode 15 are written out,
    /// since the run time's own tables depend on its version and on ICU's.
    /// </summary>
    private static Rune LowerCase(Rune rune) => rune.Value switch
    {
        < 0x80 => rune.Value is >= 'A' and <= 'Z' ? new Rune(rune.Value | 0x20) : rune,
        0x1C89 or 0xA7CC or 0xA7CE or 0xA7D2 or 0xA7D4 or 0xA7DA => new Rune(rune.Value + 1),
        0xA7CB => new Rune(0x264),
        0xA7DC => new Rune(0x19B),
        >= 0x10D50 and <= 0x10D65 => new Rune(rune.Value + 0x20),
        >= 0x16EA0 and <= 0x16EB8 => new Rune(rune.Value + 0x1B),
        _ => Rune.ToLowerInvariant(rune),
    };
}
