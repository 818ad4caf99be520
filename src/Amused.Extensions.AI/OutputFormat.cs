using System.Diagnostics.CodeAnalysis;
using Amused.Images;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>How pictures become content.</summary>
[Experimental(Experiments.ImageGeneration)]
internal sealed class OutputFormat
{
    private readonly ImageFormat format;
    private readonly string mediaType;
    private readonly int quality;
    private readonly bool asUri;

    /// <exception cref="InvalidRequestException">The media type or the response format is none that can be made.</exception>
    public OutputFormat(ImageGenerationOptions options, int quality)
    {
        (format, mediaType) = options.MediaType?.ToLowerInvariant() switch
        {
            null or "image/png" => (ImageFormat.Png, "image/png"),
            "image/jpeg" or "image/jpg" => (ImageFormat.Jpeg, "image/jpeg"),
            "image/webp" => (ImageFormat.Webp, "image/webp"),
            _ => throw PropertyValues.Wrong("media type", options.MediaType, "one of image/png, image/jpeg, image/webp"),
        };
        asUri = options.ResponseFormat switch
        {
            null or ImageGenerationResponseFormat.Data => false,
            ImageGenerationResponseFormat.Uri => true,
            var other => throw new InvalidRequestException($"response format {other}: nothing is hosted here; Data and Uri (a data URI) are possible"),
        };
        this.quality = quality;
    }

    /// <summary>A picture of a response.</summary>
    public AIContent Content(GeneratedImage image)
    {
        var data = Data(image.Picture);
        data.Name = $"amused-{image.Seed}.{format.ToString().ToLowerInvariant()}";
        AIContent content = asUri ? new UriContent(data.Uri, mediaType) : data;
        content.RawRepresentation = image;
        content.AdditionalProperties = new() { [AmusedProperties.Seed] = image.Seed };
        return content;
    }

    /// <summary>A picture by itself.</summary>
    public DataContent Data(RgbImage picture) => new(picture.Encode(format, quality: quality), mediaType);
}
