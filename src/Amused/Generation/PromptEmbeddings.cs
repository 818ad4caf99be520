namespace Amused;

/// <summary>Text states of a batch of prompts, ready for the U-ViT; plain arrays, so that they may be kept, mixed and sent.</summary>
/// <param name="Pooled">
/// The projected state at the end token (<c>text_embeds</c>): for each prompt, as many numbers as the projection is wide.
/// </param>
/// <param name="Hidden">The penultimate hidden states: for each prompt, positions × width numbers, row-major.</param>
/// <param name="Positions">Positions of each prompt (77 as published).</param>
public sealed record PromptEmbeddings(IReadOnlyList<float[]> Pooled, IReadOnlyList<float[]> Hidden, int Positions)
{
    /// <summary>What the user should know, a line each: a prompt that was cut.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>How many prompts there are.</summary>
    public int Count => Pooled.Count;

    /// <summary>Refuses states of another model.</summary>
    /// <exception cref="InvalidRequestException">The widths do not fit, or a number isn't finite.</exception>
    internal void ThrowIfUnfit(string what, int pooledWidth, int hiddenWidth)
    {
        if (Pooled.Any(row => row.Length != pooledWidth) || Hidden.Any(row => row.Length != (long)hiddenWidth * Positions))
            throw new InvalidRequestException(
                $"{what}: the model takes {pooledWidth} pooled numbers and {Positions} × {hiddenWidth} hidden ones for each prompt");
        if (Pooled.Concat(Hidden).Any(row => !row.All(float.IsFinite)))
            throw new InvalidRequestException($"{what}: one of the numbers is not finite");
    }

    /// <summary>Refuses states that would fit no model.</summary>
    /// <exception cref="InvalidRequestException">A list is null or empty, or the lists do not go together.</exception>
    internal void ThrowIfIncomplete(string what)
    {
        ImageLayout.ThrowIfIncomplete(what, Pooled);
        ImageLayout.ThrowIfIncomplete(what, Hidden);
        if (Count == 0 || Hidden.Count != Count || Positions < 1)
            throw new InvalidRequestException(
                $"{what}: {Count} pooled states and {Hidden.Count} hidden states of {Positions} positions do not go together");
    }
}
