using System.Buffers;
using Amused.Sampling;

namespace Amused.Networks;

/// <summary>
/// What sampling needs of a network that predicts masked tokens: a prompt's part of the work once, then a prediction each step. What
/// crosses here is plain memory, so that neither sampling nor requests know which engine computes.
/// </summary>
internal interface IMaskedTransformer
{
    /// <summary>How many codes it predicts.</summary>
    int CodebookSize { get; }

    /// <summary>Computes what texts come to in the network, which holds for every step.</summary>
    /// <param name="texts">At least one, all of one length.</param>
    /// <param name="microConditions">Width, height, two crop coordinates and the aesthetic score, the same for every text.</param>
    /// <returns>A row for each text, in order.</returns>
    IPreparedTexts Prepare(IReadOnlyList<TextState> texts, IReadOnlyList<float> microConditions);

    /// <summary>Predicts the masked tokens of some images in one forward pass, guidance applied.</summary>
    /// <param name="images">At least one, all of one grid shape and with texts of one length.</param>
    /// <returns>
    /// (n, <see cref="CodebookSize"/>) logits, row-major, of the images' <see cref="MaskedImage.Places"/>, one image after the other.
    /// </returns>
    IMemoryOwner<float> Predict(IReadOnlyList<MaskedImage> images);
}

/// <summary>What the text tower says of one text.</summary>
/// <param name="Pooled">The projected state at its end token.</param>
/// <param name="Hidden">The penultimate states, positions × width numbers, row-major.</param>
internal sealed record TextState(float[] Pooled, float[] Hidden);

/// <summary>What texts come to in a network, held by its engine until it is disposed of.</summary>
internal interface IPreparedTexts : IDisposable
{
    /// <summary>How many positions each text has.</summary>
    int Positions { get; }
}

/// <summary>One text of some that were prepared together.</summary>
/// <param name="Of">The texts.</param>
/// <param name="Row">Which one, from 0.</param>
internal readonly record struct PreparedText(IPreparedTexts Of, int Row);

/// <summary>An image on its way through a forward pass.</summary>
/// <param name="Tokens">Its tokens, the mask token where nothing is known.</param>
/// <param name="Places">The positions whose codes are wanted, in row-major order.</param>
/// <param name="Text">What it should show.</param>
/// <param name="Negative">What it should not show; null: no guidance, and one pass instead of two.</param>
/// <param name="GuidanceScale">The guidance scale.</param>
/// <param name="TimeStep">The published time step, N − 1 for the first of N steps and 0 for the last, for networks that take it.</param>
internal sealed record MaskedImage(TokenGrid Tokens, int[] Places, PreparedText Text, PreparedText? Negative, float GuidanceScale,
    int TimeStep);
