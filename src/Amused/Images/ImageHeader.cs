using System.Buffers.Binary;

namespace Amused.Images;

/// <summary>What the first bytes of an image file say, before a decoder is let at it: for limits and for messages.</summary>
internal static class ImageHeader
{
    /// <summary>The name of the format whose signature the file begins with, or null.</summary>
    public static string? Format(ReadOnlySpan<byte> file) =>
        file.StartsWith(PngChunks.Signature) ? "PNG"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "JPEG"
        : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8) ? "WebP"
        : file.StartsWith("GIF8"u8) ? "GIF"
        : file.StartsWith("BM"u8) ? "BMP"
        : null;

    /// <summary>
    /// The size that a PNG or BMP header claims, or null. (The other formats have 16 bits or fewer for each side, and Skia reads them;
    /// of these two it refuses huge ones without saying why.)
    /// </summary>
    public static (long Width, long Height)? ClaimedSize(ReadOnlySpan<byte> file) => Format(file) switch
    {
        "PNG" when file.Length >= 24 && file[12..16].SequenceEqual("IHDR"u8) =>
            (BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..])),
        // A negative height says that rows run from the top.
        "BMP" when file.Length >= 26 && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) >= 40 =>
            (BinaryPrimitives.ReadInt32LittleEndian(file[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]))),
        _ => null,
    };
}
