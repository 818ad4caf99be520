using static TorchSharp.torch;

namespace Amused.Sampling;

/// <summary>
/// Where the sampling of some images stands: the tokens so far, the place in the plan and the random numbers that they share. One step is
/// <see cref="MaskGitSampler.Step"/>: state in, logits in, state moved on.
/// </summary>
/// <remarks>
/// Images that shall not depend on each other have a state each, and their forward passes can still be joined; a batch that shares a
/// generator, as the published implementation's does, is one state.
/// </remarks>
public sealed class SamplingState : IDisposable
{
    /// <summary>Starts.</summary>
    /// <param name="tokens">(B, H, W) int64 on the CPU, the mask token where nothing is known. The state takes it over.</param>
    /// <param name="maskTokenId">The mask token.</param>
    /// <param name="plan">Steps and temperatures.</param>
    /// <param name="random">The random numbers that the images share, and nobody else uses.</param>
    /// <param name="startIndex">The index of the first step: 0, or later for image-to-image.</param>
    /// <param name="startingMaskRatios">
    /// Each image's share of tokens that are masked when the plan starts, (B); the plan's shares are multiplied by it. Null: 1.
    /// </param>
    public SamplingState(
        Tensor tokens, int maskTokenId, SamplingPlan plan, RandomStream random, int startIndex = 0, IReadOnlyList<float>? startingMaskRatios = null)
    {
        Tokens = tokens.DetachFromDisposeScope();
        MaskTokenId = maskTokenId;
        Plan = plan;
        Random = random;
        Index = startIndex;
        StartingMaskRatios = startingMaskRatios ?? [.. Enumerable.Repeat(1f, (int)tokens.shape[0])];
    }

    /// <summary>(B, H, W) int64: the tokens so far, the mask token where nothing is known.</summary>
    public Tensor Tokens { get; private set; }

    /// <summary>(B, H, W) int64: a code for every position as of the last step; null before the first.</summary>
    public Tensor? Predicted { get; private set; }

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

    /// <summary>Moves on; the state takes both tensors over.</summary>
    internal void Advance(Tensor tokens, Tensor predicted)
    {
        Tokens.Dispose();
        Predicted?.Dispose();
        (Tokens, Predicted) = (tokens.DetachFromDisposeScope(), predicted.DetachFromDisposeScope());
        Index++;
    }

    /// <summary>Frees the tokens.</summary>
    public void Dispose()
    {
        Tokens.Dispose();
        Predicted?.Dispose();
    }
}
