using System.Buffers.Binary;

namespace Amused.Imaging;

/// <summary>The one thing that matters of a camera's notes (EXIF 3.0, section 4.6.5): which way up the picture is.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>The orientation, 1 to 8; 1, upright, when it is not said or the notes are unreadable.</summary>
    /// <param name="tiff">The notes from the byte order mark on ("II" or "MM").</param>
    public static int Orientation(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || !(little || tiff.StartsWith("MM\0*"u8)))
            return 1;
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return 1;
        var entries = tiff[(int)directory..];
        int count = Short(entries);
        entries = entries[2..];
        // Twelve bytes each: tag, type, count, value.
        for (int i = 0; i < count && entries.Length >= 12; i++, entries = entries[12..])
        {
            if (Short(entries) == OrientationTag)
                return Short(entries[8..]) is >= 1 and <= 8 and var orientation ? orientation : 1;
        }

        return 1;

        int Short(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
    }
}
