using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Amused.Images;

/// <summary>
/// Which way up a picture was taken, by the notes in its file, read as Pillow's <c>exif_transpose</c> reads them: EXIF comes first, and XMP
/// counts where EXIF does not say.
/// </summary>
internal static partial class Orientation
{
    private const string XmpKeyword = "XML:com.adobe.xmp", RawProfileKeyword = "Raw profile type exif";

    private static ReadOnlySpan<byte> JpegXmp => "http://ns.adobe.com/xap/1.0/\0"u8;

    /// <summary>The orientation, 1 to 8 as EXIF numbers them; 1, upright, where none is given.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="BrokenInputException">A PNG's note has a wrong checksum.</exception>
    public static int Of(byte[] file, string name)
    {
        var (exif, xmp) = ImageHeader.Format(file) switch
        {
            "PNG" => InPng(file, name),
            "JPEG" => InJpeg(file),
            "WebP" => InWebp(file),
            _ => (null, null),
        };
        var orientation = (exif is null ? null : Exif.Orientation(exif)) ?? OfXmp(xmp) ?? 1;
        return orientation is >= 1 and <= 8 ? orientation : 1;
    }

    private static int? OfXmp(string? xmp) =>
        xmp is not null && XmpOrientation().Match(xmp) is { Success: true } match
            ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : null;

    private static (byte[]? Exif, string? Xmp) InPng(byte[] file, string name)
    {
        byte[]? exif = null, profile = null;
        string? xmp = null;
        foreach (var (type, data) in PngChunks.Read(file, name, "eXIf", "tEXt", "zTXt", "iTXt"))
        {
            if (type == "eXIf")
                exif = data.ToArray();
            else if (PngText.TryParse(type, data.Span) is not var (keyword, value))
                continue;
            else if (keyword == RawProfileKeyword)
                profile = RawProfile(value);
            else if (keyword == XmpKeyword)
                xmp = value;
        }

        return (exif ?? profile, xmp);
    }

    /// <summary>
    /// ImageMagick's way of putting notes into a PNG's text: an empty line, the kind, the length, and lines of hexadecimal digits.
    /// </summary>
    private static byte[]? RawProfile(string text)
    {
        try
        {
            return Convert.FromHexString(string.Concat(string.Concat(text.Split('\n').Skip(3)).Where(digit => !char.IsWhiteSpace(digit))));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Segments: FF, marker, length of the rest with its own two bytes. Notes stand before the scan (marker DA).
    private static (byte[]? Exif, string? Xmp) InJpeg(ReadOnlySpan<byte> file)
    {
        List<byte> exif = [];
        string? xmp = null;
        for (var rest = file[2..]; rest.Length >= 4 && rest[0] == 0xFF && rest[1] != 0xDA;)
        {
            if (rest[1] == 0xFF)
            {
                rest = rest[1..]; // A fill byte.
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || length + 2 > rest.Length)
                break;
            var content = rest.Slice(4, length - 2);
            if (rest[1] == 0xE1 && content.StartsWith(Exif.Prefix))
                exif.AddRange(exif.Count == 0 ? content : content[Exif.Prefix.Length..]);
            else if (rest[1] == 0xE1 && content.StartsWith(JpegXmp))
                xmp = Encoding.Latin1.GetString(content[JpegXmp.Length..]);
            rest = rest[(length + 2)..];
        }

        return (exif.Count > 0 ? [.. exif] : null, xmp);
    }

    // RIFF chunks: name, length, content, and a byte of padding after an odd length.
    private static (byte[]? Exif, string? Xmp) InWebp(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null;
        string? xmp = null;
        for (var rest = file[12..]; rest.Length >= 8;)
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - 8)
                break;
            var content = rest.Slice(8, (int)length);
            if (rest.StartsWith("EXIF"u8))
                exif = content.ToArray();
            else if (rest.StartsWith("XMP "u8))
                xmp = Encoding.Latin1.GetString(content);
            rest = rest[(int)Math.Min(8 + length + (length & 1), rest.Length)..];
        }

        return (exif, xmp);
    }

    [GeneratedRegex("tiff:Orientation(?:=\"|>)([0-9])")]
    private static partial Regex XmpOrientation();
}
