namespace Amused.Pipelines;

/// <summary>Reads how many rows a request's batch has, and refuses lists that do not go together.</summary>
internal static class RequestRows
{
    public static int Count(GenerationRequest request)
    {
        ThrowIfIncomplete(request);
        if (request.Prompts.Count == 0 && request.PromptEmbeddings is null)
            throw new InvalidRequestException("a prompt is needed (an empty one is possible)");
        if (request.Prompts.Count > 0 && request.PromptEmbeddings is not null)
            throw new InvalidRequestException("give prompts or prompt embeddings, not both");
        if (request.NegativePrompts.Count > 0 && request.NegativePromptEmbeddings is not null)
            throw new InvalidRequestException("give negative prompts or negative prompt embeddings, not both");
        var (images, masks) = request switch
        {
            ImageToImageRequest image => (Needed(image.Images.Count, "picture"), 0),
            InpaintRequest inpaint => (Needed(inpaint.Images.Count, "picture"), Needed(inpaint.Masks.Count, "mask")),
            _ => (0, 0),
        };
        return BatchLayout.CountRows(
            ("prompts", request.Prompts.Count), ("prompt embeddings", request.PromptEmbeddings?.Count ?? 0), ("negative prompts", request.NegativePrompts.Count),
            ("negative prompt embeddings", request.NegativePromptEmbeddings?.Count ?? 0), ("pictures", images), ("masks", masks));
    }

    /// <summary>What a caller without nullable annotations, or a JSON reader, may leave out.</summary>
    private static void ThrowIfIncomplete(GenerationRequest request)
    {
        Complete("prompts", request.Prompts);
        Complete("negative prompts", request.NegativePrompts);
        Complete("pictures", request switch { ImageToImageRequest image => image.Images, InpaintRequest inpaint => inpaint.Images, _ => [] });
        Complete("masks", request is InpaintRequest masked ? masked.Masks : []);
        Complete("starting tokens", request is TextToImageRequest text ? text.StartingTokens ?? [] : []);
        request.PromptEmbeddings?.ThrowIfIncomplete("prompt embeddings");
        request.NegativePromptEmbeddings?.ThrowIfIncomplete("negative prompt embeddings");
    }

    /// <summary>Refuses a list that is null or has a null in it.</summary>
    /// <exception cref="InvalidRequestException">It is such a list.</exception>
    public static void Complete<T>(string what, IReadOnlyList<T>? list) where T : class
    {
        if (list is null || list.Any(item => item is null))
            throw new InvalidRequestException($"{what}: {(list is null ? "the list" : "one of them")} is null");
    }

    private static int Needed(int count, string what) => count > 0 ? count : throw new InvalidRequestException($"a {what} is needed");
}
