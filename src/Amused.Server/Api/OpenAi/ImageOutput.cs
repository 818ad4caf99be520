using Amused.Images;

namespace Amused.Server;

/// <summary>How pictures are handed out.</summary>
/// <param name="Format">The format.</param>
/// <param name="Quality">The quality of jpeg and webp, 1 to 100.</param>
internal sealed record ImageOutput(ImageFormat Format, int Quality)
{
    /// <summary>The format's name on the wire and behind a file's dot.</summary>
    public string Name => Format.ToString().ToLowerInvariant();

    /// <exception cref="ApiException">A field is unusable.</exception>
    public static ImageOutput Of(ImageBody body)
    {
        var format = Parse(body.OutputFormat.OneOf("output_format", "png", "jpeg", "webp") ?? "png");
        if (format == ImageFormat.Png && body.OutputCompression is not (null or 100))
            throw ApiException.Value("output_compression", "png is not lossy: output_compression is for jpeg and webp");
        var quality = body.OutputCompression.Within("output_compression", 0, 100)
            ?? (format == ImageFormat.Webp ? 100 : RgbImage.DefaultQuality);
        return new(format, Math.Max(1, quality));
    }

    /// <summary>The format of a name.</summary>
    public static ImageFormat Parse(string name) => Enum.Parse<ImageFormat>(name, ignoreCase: true);

    /// <summary>The file of a finished picture.</summary>
    public byte[] File(JobImage image) => Format == ImageFormat.Png ? image.Png : File(image.Image.Picture);

    /// <summary>The file of any picture.</summary>
    public byte[] File(RgbImage picture) => picture.Encode(Format, quality: Quality);
}
