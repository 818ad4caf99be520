using System.IO.Compression;
using System.Text;

namespace Amused.Images;

/// <summary>The text that a PNG file carries beside its pixels: keyword and value, such as the prompt that made the picture.</summary>
public static class PngText
{
    // A few bytes can unpack to gigabytes; Pillow has the same limit.
    private const int MaxUnpacked = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all text of a PNG file: tEXt, zTXt and iTXt chunks. Of a keyword that comes twice the last value counts.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The values by keyword, in the file's order; empty when there is no text.</returns>
    /// <exception cref="BrokenInputException">The file is missing, no PNG, cut, or a checksum or a text chunk is wrong.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path) => Read(WholeFile.Read(path), path);

    /// <summary>The same from the bytes of a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <returns>The values by keyword, in the file's order; empty when there is no text.</returns>
    /// <exception cref="BrokenInputException">As for <see cref="Read(string)"/>.</exception>
    public static IReadOnlyDictionary<string, string> Read(byte[] file, string name)
    {
        var text = new OrderedDictionary<string, string>();
        foreach (var (type, data) in PngChunks.Read(file, name, "tEXt", "zTXt", "iTXt"))
        {
            try
            {
                var (keyword, value) = Parse(type, data.Span);
                text[keyword] = value;
            }
            catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
            {
                throw new BrokenInputException($"{name} is a broken PNG file: a text chunk cannot be read", e);
            }
        }

        return text;
    }

    /// <summary>A PNG file with text chunks added, before the pixels so that a reader need not go through them.</summary>
    internal static byte[] Insert(ReadOnlySpan<byte> png, IReadOnlyDictionary<string, string> text)
    {
        const int headerEnd = 8 + 12 + 13; // the signature and IHDR
        using var file = new MemoryStream(png.Length + 1024);
        file.Write(png[..headerEnd]);
        WriteChunks(file, text);
        file.Write(png[headerEnd..]);
        return file.ToArray();
    }

    /// <summary>
    /// Appends a chunk for each entry: tEXt for Latin-1, iTXt for all else (neither compressed: any tool can search them).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A keyword is not 1 to 79 printable Latin-1 characters, or begins or ends with a space.
    /// </exception>
    internal static void WriteChunks(Stream file, IReadOnlyDictionary<string, string> text)
    {
        foreach (var (keyword, value) in text)
        {
            if (!IsKeyword(keyword))
                throw new ArgumentException(
                    $"'{keyword}' cannot be the keyword of a PNG text: 1 to 79 printable Latin-1 characters are needed", nameof(text));
            if (value.All(c => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF')))
                PngChunks.Write(file, "tEXt", Encoding.Latin1.GetBytes($"{keyword}\0{value}"));
            else // not compressed, method 0, no language, no translated keyword
                PngChunks.Write(file, "iTXt", [.. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(value)]);
        }
    }

    private static bool IsKeyword(string keyword) => keyword.Length is >= 1 and <= 79 && keyword.Trim() == keyword
        && keyword.All(c => c is (>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF'));

    /// <summary>Keyword and value of a text chunk; null where it cannot be read.</summary>
    internal static (string Keyword, string Value)? TryParse(string type, ReadOnlySpan<byte> data)
    {
        try
        {
            return Parse(type, data);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static (string Keyword, string Value) Parse(string type, ReadOnlySpan<byte> data)
    {
        string keyword = Encoding.Latin1.GetString(TakeField(ref data));
        switch (type)
        {
            case "tEXt":
                return (keyword, Encoding.Latin1.GetString(data));
            case "zTXt":
                return (keyword, Encoding.Latin1.GetString(Unpack(data)));
            default:
                if (data.Length < 2)
                    throw new InvalidDataException();
                bool packed = data[0] != 0;
                var value = data[2..];
                TakeField(ref value); // language
                TakeField(ref value); // translated keyword
                return (keyword, StrictUtf8.GetString(packed ? Unpack([data[1], .. value]) : value));
        }
    }

    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        if (end < 0)
            throw new InvalidDataException();
        var field = data[..end];
        data = data[(end + 1)..];
        return field;
    }

    private static byte[] Unpack(ReadOnlySpan<byte> data)
    {
        if (data.Length == 0 || data[0] != 0)
            throw new InvalidDataException();
        using var unpacking = new ZLibStream(new MemoryStream(data[1..].ToArray()), CompressionMode.Decompress);
        var unpacked = new byte[MaxUnpacked + 1];
        int length = unpacking.ReadAtLeast(unpacked, unpacked.Length, throwOnEndOfStream: false);
        return length <= MaxUnpacked ? unpacked[..length] : throw new InvalidDataException();
    }
}
