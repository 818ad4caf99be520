using System.Buffers.Binary;

namespace Amused.Images;

/// <summary>The one thing that matters of a camera's notes (EXIF 3.0, section 4.6.5): which way up the picture is.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>What stands before the notes in a JPEG, and in other files of some writers.</summary>
    public static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The orientation as the notes give it, whatever number that is; null where they don't, or are unreadable.</summary>
    /// <param name="notes">The notes from the byte order mark on ("II" or "MM"), with or without the prefix.</param>
    public static int? Orientation(ReadOnlySpan<byte> notes)
    {
        while (notes.StartsWith(Prefix))
            notes = notes[Prefix.Length..];
        bool little = notes.StartsWith("II*\0"u8);
        if (notes.Length < 8 || !(little || notes.StartsWith("MM\0*"u8)))
            return null;
        uint directory = Long(notes[4..]);
        if (directory > notes.Length - 2)
            return null;
        var entries = notes[(int)directory..];
        int count = Short(entries);
        entries = entries[2..];
        // Twelve bytes each: tag, type, count, value.
        for (int i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (Short(entries) == OrientationTag)
                return Long(entries[4..]) == 1 ? Number(Short(entries[2..]), entries[8..]) : 0;
        }

        return null;

        // By the TIFF specification it is a SHORT; writers have used the other whole numbers too.
        int Number(int type, ReadOnlySpan<byte> value) => type switch
        {
            3 or 8 => Short(value),
            4 or 9 => (int)Math.Min(Long(value), int.MaxValue),
            _ => 0,
        };

        ushort Short(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

        uint Long(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
    }
}
