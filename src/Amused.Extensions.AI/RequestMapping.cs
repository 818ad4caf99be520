using System.Diagnostics.CodeAnalysis;
using Amused.Images;
using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>Makes the library's request: its kind by what comes with the words, its settings from the options and the additional properties.</summary>
[Experimental(Experiments.ImageGeneration)]
internal sealed class RequestMapping(AmusedPipeline pipeline, ImageGenerationOptions options, RequestProperties properties, List<string> notices)
{
    /// <param name="prompt">The words; null where <paramref name="raw"/> has them.</param>
    /// <param name="originals">Pictures to redraw, and masks among them.</param>
    /// <param name="raw">What the caller made of the library's own request, or null.</param>
    public GenerationRequest Map(string? prompt, OriginalPictures originals, GenerationRequest? raw)
    {
        var request = Sized(WithPictures(raw, originals.Images, Masks(originals)));
        request = properties.Apply(request with { ImagesPerPrompt = options.Count ?? request.ImagesPerPrompt }, notices);
        if (request.Output == OutputKind.Tokens)
            throw new InvalidRequestException("the raw request asks for tokens alone: an image generator gives pictures");
        // The raw request's own words count only where the call has none.
        var takesRawWords = string.IsNullOrEmpty(prompt) && raw is not null && (raw.Prompts.Count > 0 || raw.PromptEmbeddings is not null);
        return request with
        {
            Prompts = takesRawWords ? raw!.Prompts : [prompt ?? throw new InvalidRequestException("a prompt is needed (an empty one is possible)")],
            PromptEmbeddings = takesRawWords ? raw!.PromptEmbeddings : null,
            NegativePrompts = properties.NegativePrompt is { } negative ? [negative] : request.NegativePrompts,
        };
    }

    private GenerationRequest WithPictures(GenerationRequest? raw, IReadOnlyList<RgbImage> images, IReadOnlyList<RgbImage> masks)
    {
        raw ??= masks.Count > 0 ? new InpaintRequest { Images = [], Masks = [] } : images.Count > 0 ? new ImageToImageRequest { Images = [] } : new TextToImageRequest();
        return raw switch
        {
            TextToImageRequest text when images.Count + masks.Count == 0 => text,
            ImageToImageRequest image when masks.Count == 0 => image with { Images = images.Count > 0 ? images : image.Images },
            InpaintRequest inpaint => inpaint with
            {
                Images = images.Count > 0 ? images : inpaint.Images,
                Masks = masks.Count > 0 ? masks : inpaint.Masks,
            },
            _ when masks.Count > 0 => throw new InvalidRequestException($"the raw request is a {raw.GetType().Name}, but with a mask {nameof(InpaintRequest)} is needed"),
            _ => throw new InvalidRequestException($"the raw request is a {raw.GetType().Name}, but with an original image {nameof(ImageToImageRequest)} is needed"),
        };
    }

    private IReadOnlyList<RgbImage> Masks(OriginalPictures originals)
    {
        if (properties.Masks.Count > 0 && originals.Masks.Count > 0)
            throw new InvalidRequestException($"the mask is given twice: among the original images, and as the additional property {AmusedProperties.Mask}");
        return properties.Masks.Count > 0 ? properties.Masks : originals.Masks;
    }

    private GenerationRequest Sized(GenerationRequest request) => Size() is not var (width, height) ? request : request switch
    {
        ImageToImageRequest image => image with { Width = width, Height = height, OwnSize = false },
        InpaintRequest inpaint => inpaint with { Width = width, Height = height, OwnSize = false },
        _ => request with { Width = width, Height = height },
    };

    /// <summary>The nearest size to the one asked for that the model can make, as the abstraction has it; null where none is.</summary>
    private (int Width, int Height)? Size()
    {
        if (options.ImageSize is not { } asked)
            return null;
        if (asked.Width < 1 || asked.Height < 1)
            throw new InvalidRequestException($"image size {asked.Width} × {asked.Height}: both sides must be at least 1");
        var (width, height) = pipeline.NearestSize(asked.Width, asked.Height);
        if (width != asked.Width || height != asked.Height)
            notices.Add($"image size {asked.Width} × {asked.Height} can't be made: {width} × {height} is the nearest that can");
        return (width, height);
    }
}
