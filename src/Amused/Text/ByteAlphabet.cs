namespace Amused.Text;

/// <summary>
/// The printable stand-ins for bytes in which a byte-level vocabulary is written (GPT-2's table): printable Latin-1 bytes stand for
/// themselves, the other 68 for U+0100 onwards, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes = Characters.Index().ToDictionary(pair => pair.Item, pair => (byte)pair.Index);

    /// <summary>The character that stands for a byte.</summary>
    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>Appends the bytes of a piece; a character outside the alphabet stands for its own UTF-8 bytes.</summary>
    public static void AppendBytes(ReadOnlySpan<char> piece, List<byte> bytes)
    {
        Span<byte> own = stackalloc byte[4];
        foreach (var rune in piece.EnumerateRunes())
        {
            if (rune.IsBmp && Bytes.TryGetValue((char)rune.Value, out var value))
                bytes.Add(value);
            else
                bytes.AddRange(own[..rune.EncodeToUtf8(own)]);
        }
    }

    private static char[] Build()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(value => IsPrintable(value) ? (char)value : (char)next++)];
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
