using System.Buffers.Binary;
using System.Text;
using Amused.Images;

namespace Amused.Tests.Images;

/// <summary>
/// Files of a picture that was taken with the camera on its side (orientation 6), each with the note in another place or form.
/// </summary>
internal static class OrientedPictures
{
    private static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    private static byte[] Short => Pictures.Exif(6);

    /// <summary>The same number as a LONG, whose four bytes it fills.</summary>
    private static byte[] Long => Exif(type: 4, [0, 0, 0, 6]);

    private static byte[] Xmp => Encoding.UTF8.GetBytes("<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x:xmpmeta>");

    private static byte[] XmpElement => Encoding.UTF8.GetBytes("<x:xmpmeta><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>");

    /// <summary>Another tag than the orientation's.</summary>
    private static byte[] OtherTag => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x0F, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

    public static byte[] Make(string place, int width, int height)
    {
        var rows = Pictures.Noise(width, height).Pixels.ToArray();
        byte[] Png(params (string Type, byte[] Data)[] chunks) => Pictures.Png(width, height, 2, 8, rows, chunks);
        var still = Pictures.Noise(width, height);
        return place switch
        {
            "png exif" => Png(("eXIf", Short)),
            "png exif with prefix" => Png(("eXIf", [.. Prefix, .. Short])),
            "png exif long" => Png(("eXIf", Long)),
            "png exif little-endian" =>
                Png(("eXIf", [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])),
            "png exif after the pixels" => AfterThePixels(Png(), "eXIf", Short),
            "png exif of an odd type" => Png(("eXIf", Exif(type: 2, [(byte)'6', 0, 0, 0]))),
            "png raw profile" => Png(("tEXt", RawProfile(Convert.ToHexString([.. Prefix, .. Short])))),
            "png packed raw profile" => Png(("zTXt", Packed(RawProfile(Convert.ToHexString([.. Prefix, .. Short]))))),
            "png broken raw profile" => Png(("tEXt", RawProfile("no digits"))),
            "png xmp" => Png(("iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Xmp])),
            "jpeg exif" => Jpeg(still, [.. Prefix, .. Short]),
            "jpeg exif long" => Jpeg(still, [.. Prefix, .. Long]),
            "jpeg broken exif" => Jpeg(still, [.. Prefix, .. "XX no TIFF"u8]),
            "jpeg xmp" => Jpeg(still, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp]),
            "jpeg xmp element" => Jpeg(still, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. XmpElement]),
            "jpeg exif without orientation and xmp" =>
                Jpeg(still, [.. Prefix, .. OtherTag], [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp]),
            "jpeg exif upright and xmp" => Jpeg(still, [.. Prefix, .. Pictures.Exif(1)], [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp]),
            "webp exif" => Webp(still, "EXIF", Short),
            "webp exif with prefix" => Webp(still, "EXIF", [.. Prefix, .. Short]),
            "webp xmp" => Webp(still, "XMP ", Xmp),
            _ => throw new ArgumentException(place),
        };
    }

    private static byte[] Exif(byte type, byte[] value) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, type, 0, 0, 0, 1, .. value, 0, 0, 0, 0];

    private static byte[] RawProfile(string digits) =>
        Encoding.Latin1.GetBytes(
            "Raw profile type exif\0\nexif\n      "
            + $"{digits.Length / 2}\n{digits[..(digits.Length / 4 * 2)]}\n{digits[(digits.Length / 4 * 2)..]}\n");

    private static byte[] Packed(byte[] text)
    {
        int end = Array.IndexOf(text, (byte)0);
        return [.. text[..(end + 1)], 0, .. Pictures.Pack(text[(end + 1)..], rowCount: 0)];
    }

    private static byte[] AfterThePixels(byte[] png, string type, byte[] data)
    {
        using MemoryStream file = new();
        file.Write(png.AsSpan(..^12));
        PngChunks.Write(file, type, data);
        file.Write(png.AsSpan(^12..));
        return file.ToArray();
    }

    private static byte[] Jpeg(RgbImage image, params byte[][] segments)
    {
        var file = image.Encode(ImageFormat.Jpeg);
        byte[] notes = [.. segments.SelectMany(content =>
            new byte[] { 0xFF, 0xE1, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2) }.Concat(content))];
        return [.. file[..2], .. notes, .. file[2..]];
    }

    /// <summary>A simple WebP file has no notes; the extended form has a head (VP8X) that says what there is.</summary>
    private static byte[] Webp(RgbImage image, string type, byte[] data)
    {
        var simple = image.Encode(ImageFormat.Webp);
        byte flags = type == "EXIF" ? (byte)8 : (byte)4;
        byte[] body =
        [
            .. "WEBP"u8, .. "VP8X"u8, 10, 0, 0, 0, flags, 0, 0, 0, (byte)(image.Width - 1), 0, 0, (byte)(image.Height - 1), 0, 0,
            .. simple[12..],
            .. Encoding.ASCII.GetBytes(type), (byte)data.Length, 0, 0, 0, .. data, .. data.Length % 2 == 1 ? [0] : Array.Empty<byte>(),
        ];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }
}
