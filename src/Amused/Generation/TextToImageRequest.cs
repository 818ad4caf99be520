using System.Diagnostics.CodeAnalysis;

namespace Amused;

/// <summary>A picture from words: sampling starts with every token masked.</summary>
public sealed record TextToImageRequest : GenerationRequest
{
    /// <summary>
    /// Creates a request without a prompt: set <see cref="GenerationRequest.Prompts"/> or <see cref="GenerationRequest.PromptEmbeddings"/>.
    /// </summary>
    public TextToImageRequest() { }

    /// <summary>Creates a request for one or several prompts.</summary>
    [SetsRequiredMembers]
    public TextToImageRequest(params IReadOnlyList<string> prompts) => Prompts = prompts;

    /// <summary>
    /// Tokens to start from (the published implementation's <c>latents</c>), one grid for each image or one for all; positions that hold
    /// the mask token (<see cref="AmusedPipeline.MaskTokenId"/>) are filled in, the others are kept. They give the size.
    /// </summary>
    /// <value>The default value is null: all masked.</value>
    public IReadOnlyList<Sampling.TokenGrid>? StartingTokens { get; init; }
}
