namespace Amused.Sampling;

/// <summary>
/// Where the sampling of some images stands: the tokens so far, the place in the plan and the random numbers that the images share. One
/// step is
/// <see cref="MaskGitSampler.Step"/>: state in, logits in, state moved on.
/// </summary>
/// <remarks>
/// Images that must not depend on each other have a state each, and can still share forward passes; a batch that shares a generator, as the
/// published implementation's does, is one state.
/// </remarks>
public sealed class SamplingState
{
    /// <summary>Starts.</summary>
    /// <param name="tokens">Each image's tokens, all of one shape; the mask token where nothing is known.</param>
    /// <param name="maskTokenId">The mask token.</param>
    /// <param name="plan">Steps and temperatures.</param>
    /// <param name="random">The random numbers that the images share, and nobody else uses.</param>
    /// <param name="startIndex">The index of the first step: 0, or later for image-to-image.</param>
    /// <param name="startingMaskRatios">
    /// Each image's share of tokens that are masked when the plan starts; the plan's shares are multiplied by it. Null: 1.
    /// </param>
    public SamplingState(
        IReadOnlyList<TokenGrid> tokens, int maskTokenId, SamplingPlan plan, RandomStream random, int startIndex = 0,
        IReadOnlyList<float>? startingMaskRatios = null)
    {
        Tokens = tokens;
        MaskTokenId = maskTokenId;
        Plan = plan;
        Random = random;
        Index = startIndex;
        StartingMaskRatios = startingMaskRatios ?? [.. Enumerable.Repeat(1f, tokens.Count)];
    }

    /// <summary>Each image's tokens so far, the mask token where nothing is known.</summary>
    public IReadOnlyList<TokenGrid> Tokens { get; private set; }

    /// <summary>A code for every position of each image as of the last step; empty before the first.</summary>
    public IReadOnlyList<TokenGrid> Predicted { get; private set; } = [];

    /// <summary>The index of the next step; the plan's number of steps when all is done.</summary>
    public int Index { get; private set; }

    /// <summary>Whether every step has run.</summary>
    public bool Done => Index >= Plan.Steps;

    /// <summary>The mask token.</summary>
    public int MaskTokenId { get; }

    /// <summary>Steps and temperatures.</summary>
    public SamplingPlan Plan { get; }

    internal RandomStream Random { get; }

    internal IReadOnlyList<float> StartingMaskRatios { get; }

    /// <summary>Moves on by one step.</summary>
    internal void Advance(IReadOnlyList<TokenGrid> tokens, IReadOnlyList<TokenGrid> predicted)
    {
        (Tokens, Predicted) = (tokens, predicted);
        Index++;
    }
}
