namespace Amused.Text;

/// <summary>
/// The printable stand-ins for bytes in which a byte-level vocabulary is written (GPT-2's table): printable Latin-1 bytes stand for
/// themselves, the other 68 for U+0100 onwards, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = new char[256];
    private static readonly int[] Bytes = new int[0x100 + 68]; // by character; -1 where it stands for none

    static ByteAlphabet()
    {
        Array.Fill(Bytes, -1);
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            Characters[value] = (char)(IsPrintable(value) ? value : next++);
            Bytes[Characters[value]] = value;
        }
    }

    /// <summary>The character that stands for a byte.</summary>
    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>Appends the bytes of a piece; a character outside the alphabet stands for its own UTF-8 bytes.</summary>
    public static void AppendBytes(ReadOnlySpan<char> piece, List<byte> bytes)
    {
        Span<byte> own = stackalloc byte[4];
        foreach (var rune in piece.EnumerateRunes())
        {
            if (rune.Value < Bytes.Length && Bytes[rune.Value] >= 0)
                bytes.Add((byte)Bytes[rune.Value]);
            else
                bytes.AddRange(own[..rune.EncodeToUtf8(own)]);
        }
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
