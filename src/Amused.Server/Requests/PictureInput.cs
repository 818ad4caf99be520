using Amused.Images;

namespace Amused.Server;

/// <summary>Reads the pictures and masks of requests, within the limits.</summary>
internal sealed class PictureInput(ServerLimits limits)
{
    /// <summary>Reads a picture.</summary>
    /// <param name="encoded">A whole image file.</param>
    /// <param name="name">The field that it came in, for messages.</param>
    /// <exception cref="InvalidRequestException">It is no picture, a broken one, or one of too many pixels.</exception>
    public RgbImage Picture(byte[] encoded, string name) => Read(encoded, name, RgbImage.Load);

    /// <summary>Reads a mask: its transparent pixels are made anew, or, where nothing is transparent, its white ones.</summary>
    /// <inheritdoc cref="Picture"/>
    public RgbImage Mask(byte[] encoded, string name) => Read(encoded, name, RgbImage.LoadMask);

    /// <summary>The mask that a picture's own transparent pixels make; null when it has none.</summary>
    /// <param name="encoded">A whole image file, whose picture has been read already.</param>
    public static RgbImage? OwnMask(byte[] encoded) => ImageProbe.HasHoles(encoded) ? RgbImage.LoadMask(encoded, "image") : null;

    private RgbImage Read(byte[] encoded, string name, Func<byte[], string, RgbImage> load)
    {
        if (encoded.Length == 0)
            throw new InvalidRequestException($"{name} is empty: an image file is needed");
        if (ImageProbe.ClaimedSize(encoded) is var (width, height) && width * height > limits.PicturePixels)
            throw new InvalidRequestException(
                $"{name} claims {width} × {height} pixels; this server reads pictures of at most {limits.PicturePixels}");
        try
        {
            return load(encoded, name);
        }
        catch (BrokenInputException e)
        {
            // A broken file is the server's user's fault, not the server's.
            throw new InvalidRequestException(e.Message, e);
        }
    }

    /// <summary>The bytes of a <c>data:</c> URL. The server fetches nothing that a client names.</summary>
    /// <exception cref="InvalidRequestException">It is another kind of URL, or its content is no base64.</exception>
    public static byte[] DataUrl(string text, string name)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || comma < 0
            || !text.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            throw new InvalidRequestException($"{name} must be a data URL (data:image/png;base64,…): this server fetches no addresses");
        var base64 = text.AsSpan(comma + 1);
        var bytes = new byte[base64.Length / 4 * 3 + 3];
        return Convert.TryFromBase64Chars(base64, bytes, out var length)
            ? bytes[..length]
            : throw new InvalidRequestException($"{name} is no base64 after its comma");
    }
}
