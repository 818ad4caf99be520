using Amused.Sampling;

namespace Amused;

/// <summary>Which row of a request's lists each image answers, and which seed it has.</summary>
/// <remarks>
/// A generator of one's own lets images stand grouped by prompt. A shared one draws in the published implementation's order, where the batch of prompts is
/// repeated as a whole, and there the result keeps that order.
/// </remarks>
internal sealed class ImageLayout
{
    /// <summary>Beyond this a request is a slip rather than a wish: all images of a call are in memory together.</summary>
    public const int MostImages = 1024;

    private readonly IReadOnlyList<long>? seeds;
    private readonly long firstSeed;

    /// <summary>Lays a request's images out.</summary>
    /// <exception cref="InvalidRequestException">Its lists don't go together, or there is nothing, or too much, to be made.</exception>
    public ImageLayout(GenerationRequest request)
    {
        Rows = CountRows(request);
        if ((long)Rows * request.ImagesPerPrompt > MostImages)
            throw new InvalidRequestException($"{(long)Rows * request.ImagesPerPrompt} images are too many for one call: at most {MostImages} are possible");
        ImagesPerRow = request.ImagesPerPrompt;
        Generator = request.Generator;
        seeds = request.Seeds;
        if (seeds is not null && (IsShared || seeds.Count != ImageCount))
        {
            throw new InvalidRequestException(IsShared
                ? "several seeds do not go with a shared generator: give one seed, or a generator per image"
                : $"{seeds.Count} seeds for {ImageCount} images: give one for each image, or a single first one");
        }
        firstSeed = request.Seed ?? Random.Shared.NextInt64(1L << 32);
    }

    /// <summary>How many rows the request's lists make.</summary>
    public int Rows { get; }

    /// <summary>How many images each row gives.</summary>
    public int ImagesPerRow { get; }

    /// <summary>How many images there are.</summary>
    public int ImageCount => Rows * ImagesPerRow;

    /// <summary>How the images share random numbers.</summary>
    public GeneratorMode Generator { get; }

    /// <summary>Whether one generator serves all images.</summary>
    public bool IsShared => Generator == GeneratorMode.Shared;

    /// <summary>The row that image <paramref name="image"/> answers.</summary>
    public int RowOf(int image) => IsShared ? image % Rows : image / ImagesPerRow;

    /// <summary>The seed of image <paramref name="image"/>; with a shared generator, that of all.</summary>
    public long SeedOf(int image) => seeds?[image] ?? (IsShared ? firstSeed : unchecked(firstSeed + image));

    /// <summary>Refuses a list that is null or has a null in it.</summary>
    /// <exception cref="InvalidRequestException">It is such a list.</exception>
    public static void ThrowIfIncomplete<T>(string what, IReadOnlyList<T>? list) where T : class
    {
        if (list is null || list.Any(item => item is null))
            throw new InvalidRequestException($"{what}: {(list is null ? "the list" : "one of them")} is null");
    }

    /// <summary>The longest list's length; the others have that length, one element, or none.</summary>
    private static int CountRows(GenerationRequest request)
    {
        var (pictures, masks) = request switch
        {
            ImageToImageRequest image => (image.Images, null),
            InpaintRequest inpaint => (inpaint.Images, inpaint.Masks),
            _ => ((IReadOnlyList<Images.RgbImage>?)null, (IReadOnlyList<Images.RgbImage>?)null),
        };
        ThrowIfIncomplete("prompts", request.Prompts);
        ThrowIfIncomplete("negative prompts", request.NegativePrompts);
        if (request is not TextToImageRequest)
            ThrowIfIncomplete("pictures", pictures);
        if (request is InpaintRequest)
            ThrowIfIncomplete("masks", masks);
        ThrowIfIncomplete("starting tokens", (request as TextToImageRequest)?.StartingTokens ?? []);
        request.PromptEmbeddings?.ThrowIfIncomplete("prompt embeddings");
        request.NegativePromptEmbeddings?.ThrowIfIncomplete("negative prompt embeddings");

        if (request.Prompts.Count == 0 && request.PromptEmbeddings is null)
            throw new InvalidRequestException("a prompt is needed (an empty one is possible)");
        if (request.Prompts.Count > 0 && request.PromptEmbeddings is not null)
            throw new InvalidRequestException("give prompts or prompt embeddings, not both");
        if (request.NegativePrompts.Count > 0 && request.NegativePromptEmbeddings is not null)
            throw new InvalidRequestException("give negative prompts or negative prompt embeddings, not both");
        if (pictures is { Count: 0 })
            throw new InvalidRequestException("a picture is needed");
        if (masks is { Count: 0 })
            throw new InvalidRequestException("a mask is needed");
        return LongestOf(
            ("prompts", request.Prompts.Count), ("prompt embeddings", request.PromptEmbeddings?.Count ?? 0),
            ("negative prompts", request.NegativePrompts.Count), ("negative prompt embeddings", request.NegativePromptEmbeddings?.Count ?? 0),
            ("pictures", pictures?.Count ?? 0), ("masks", masks?.Count ?? 0));
    }

    private static int LongestOf(params ReadOnlySpan<(string What, int Count)> lists)
    {
        var (longest, rows) = ("", 1);
        foreach (var (what, count) in lists)
            if (count > rows)
                (longest, rows) = (what, count);
        foreach (var (what, count) in lists)
            if (count > 1 && count != rows)
                throw new InvalidRequestException($"{count} {what} do not go with {rows} {longest}: give {rows}, or one for all");
        return rows;
    }
}
