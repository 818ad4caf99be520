using System.Buffers.Binary;
using System.IO.Compression;
using Amused.Images;

namespace Amused.Tests.Images;

/// <summary>Pictures and files made by hand, so that readers are not tested against our writers alone.</summary>
internal static class Pictures
{
    /// <summary>Every pixel another, all levels present.</summary>
    public static RgbImage Noise(int width, int height, int seed = 0)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new(width, height, pixels);
    }

    public static RgbImage Plain(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        return new(width, height, pixels);
    }

    /// <summary>A PNG of bare rows: <paramref name="colourType"/> 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA.</summary>
    public static byte[] Png(int width, int height, byte colourType, byte bitDepth, byte[] rows, params (string Type, byte[] Data)[] extra)
    {
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        PngChunks.Write(file, "IHDR", header);
        foreach (var (type, data) in extra)
            PngChunks.Write(file, type, data);
        PngChunks.Write(file, "IDAT", Pack(rows, height));
        PngChunks.Write(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>
    /// The bytes as zlib packs them, with a filter byte 0 before each of <paramref name="rowCount"/> rows (none before 0 rows).
    /// </summary>
    public static byte[] Pack(byte[] rows, int rowCount)
    {
        using var packed = new MemoryStream();
        using (var packing = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var row in rowCount == 0 ? [rows] : rows.Chunk(rows.Length / rowCount))
            {
                if (rowCount > 0)
                    packing.WriteByte(0);
                packing.Write(row);
            }
        }

        return packed.ToArray();
    }

    /// <summary>EXIF notes with nothing but an orientation, big-endian.</summary>
    public static byte[] Exif(byte orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
}
