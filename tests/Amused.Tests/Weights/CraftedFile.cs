using System.Buffers.Binary;
using System.Text;

namespace Amused.Tests.Weights;

/// <summary>Safetensors files written by hand, so that the reader is not tested against the writer alone.</summary>
internal static class CraftedFile
{
    public const string OneTensor = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";

    public static string Header(string name, string dtype, string shape, long length) => $"{{{Entry(name, dtype, shape, 0, length)}}}";

    /// <summary>One tensor's line in a header.</summary>
    public static string Entry(string name, string dtype, string shape, long begin, long end) =>
        $"\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":[{shape}],\"data_offsets\":[{begin},{end}]}}";

    /// <summary>The header with spaces at its end, so that the data begins at a multiple of 8.</summary>
    public static string Aligned(string json) => json + new string(' ', (8 - Encoding.UTF8.GetByteCount(json) % 8) % 8);

    public static byte[] Bytes(string json, int dataLength, ulong? claimedHeader = null) =>
        Bytes(json, new byte[dataLength], claimedHeader);

    public static byte[] Bytes(string json, byte[] data, ulong? claimedHeader = null)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedHeader ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }
}
