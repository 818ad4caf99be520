using System.Buffers.Binary;
using System.Text;

namespace Amused.Images;

/// <summary>
/// A PNG file's chunks (W3C PNG, section 5: length, type, data, CRC-32 of type and data). Skia compresses the pixels; text and
/// animation, which it does not write, are chunks around them.
/// </summary>
internal static class PngChunks
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOfByte)];

    /// <summary>The eight bytes that every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>
    /// A file's chunks of the asked-for types, in the file's order. The others, most of the file, are stepped over. After the pixels the
    /// file may end anywhere: its last chunks may be missing or cut.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="types">The types of interest.</param>
    /// <exception cref="BrokenInputException">No PNG, a cut one, or a wrong checksum of such a chunk.</exception>
    public static IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> Read(ReadOnlyMemory<byte> file, string name, params string[] types)
    {
        if (!file.Span.StartsWith(Signature))
            throw new BrokenInputException($"{name} is not a PNG file, in which pictures' settings are kept");
        string type = "";
        bool hasPixels = false;
        for (var rest = file[Signature.Length..]; type != "IEND";)
        {
            long length = rest.Length < 12 ? long.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
            type = rest.Length < 8 ? "" : Encoding.Latin1.GetString(rest.Span[4..8]);
            if (length > rest.Length - 12 && hasPixels && type != "IDAT")
                yield break;
            if (length > rest.Length - 12)
                throw new BrokenInputException($"{name} is a cut PNG file: it ends within a chunk");
            var typeAndData = rest.Slice(4, 4 + (int)length);
            hasPixels |= type == "IDAT";
            if (types.Contains(type))
            {
                if (Crc(typeAndData.Span) != BinaryPrimitives.ReadUInt32BigEndian(rest.Span[(8 + (int)length)..]))
                    throw new BrokenInputException($"{name} is a broken PNG file: the checksum of its {type} chunk is wrong");
                yield return (type, typeAndData[4..]);
            }

            rest = rest[(12 + (int)length)..];
        }
    }

    /// <summary>Appends a chunk.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="type">Four ASCII letters.</param>
    /// <param name="data">The content.</param>
    public static void Write(Stream file, string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        file.Write(chunk);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint CrcOfByte(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    }
}
