using System.Numerics.Tensors;

namespace Amused.Sampling;

/// <summary>
/// Parallel decoding of masked tokens (MaskGIT: Chang et al., 2022, section 3.2; aMUSEd report, section 3). One step:
/// <list type="number">
/// <item>Softmax the logits and draw a code for every position; known positions keep their token.</item>
/// <item>After the last step, stop. Otherwise the plan's <see cref="ISamplingOrder"/> says which positions become mask again; known ones
/// never do.</item>
/// </list>
/// Everything is float32, whatever the network runs in, and draws come from the state's random stream in the published implementation's
/// order: for the whole batch a code each position, then one uniform number each position.
/// </summary>
public static class MaskGitSampler
{
    /// <summary>Takes one step.</summary>
    /// <param name="state">Where sampling stands; moved on.</param>
    /// <param name="logits">
    /// For each image (n, codebook) numbers, row-major: the logits of its n unknown positions in row-major order, guidance applied. Known
    /// positions have none.
    /// </param>
    /// <exception cref="BrokenInputException">A logit is NaN or infinite.</exception>
    public static void Step(SamplingState state, IReadOnlyList<ReadOnlyMemory<float>> logits)
    {
        var unknown = state.Tokens.Select(tokens => Unknown(tokens, state.MaskTokenId)).ToArray();
        var codes = Codebook(unknown, logits);
        var drawn = unknown.Select((places, image) => Draw(state.Tokens[image], places, logits[image].Span, codes, state)).ToArray();
        TokenGrid[] predicted = [.. drawn.Select(image => image.Codes)];
        var tokens = predicted;
        if (state.Index < state.Plan.Steps - 1)
        {
            tokens = [.. predicted.Select((image, i) =>
            {
                var masked = state.Plan.Order.StayMasked(state, state.StartingMaskRatios[i], unknown[i], drawn[i].Probabilities);
                return image.Mask(masked, state.MaskTokenId);
            })];
        }
        state.Advance(tokens, predicted);
    }

    /// <summary>The positions that hold the mask token, in row-major order.</summary>
    public static int[] Unknown(TokenGrid tokens, int maskTokenId)
    {
        var ids = tokens.Ids;
        var places = new int[ids.Count(maskTokenId)];
        for (int place = 0, next = 0; next < places.Length; place++)
            if (ids[place] == maskTokenId)
                places[next++] = place;
        return places;
    }

    /// <summary>Masks tokens at random, as they would be after the step at <paramref name="index"/> (−1: all of them).</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="maskTokenId">The mask token.</param>
    /// <param name="plan">Steps and schedule.</param>
    /// <param name="index">The step's index.</param>
    /// <param name="random">Gives one uniform number a position; a position is masked where it lies below the plan's share.</param>
    public static TokenGrid AddNoise(TokenGrid tokens, int maskTokenId, SamplingPlan plan, int index, RandomStream random)
    {
        var ratio = plan.MaskRatio(index);
        return tokens.Mask([.. random.Uniform(tokens.Ids.Length).Select(number => number < ratio)], maskTokenId);
    }

    /// <summary>How many codes the logits are for: 0 when nothing is unknown.</summary>
    private static int Codebook(int[][] unknown, IReadOnlyList<ReadOnlyMemory<float>> logits)
    {
        for (var image = 0; image < unknown.Length; image++)
            if (unknown[image].Length > 0)
                return logits[image].Length / unknown[image].Length;
        return 0;
    }

    /// <summary>
    /// A code for each unknown position and its probability; at known positions the token, and float32's largest number, which no noise
    /// outweighs.
    /// </summary>
    private static (TokenGrid Codes, float[] Probabilities) Draw(
        TokenGrid tokens, int[] unknown, ReadOnlySpan<float> logits, int codes, SamplingState state)
    {
        var ids = tokens.Ids.ToArray();
        var probabilities = new float[ids.Length];
        var softmax = new float[codes];
        for (int place = 0, row = 0; place < ids.Length; place++)
        {
            if (row == unknown.Length || unknown[row] != place)
            {
                state.Random.SkipMultinomial(codes);
                probabilities[place] = float.MaxValue;
                continue;
            }
            if (!TrySoftmax(logits.Slice(row++ * codes, codes), softmax))
            {
                throw new BrokenInputException(
                    $"the model returned logits that are not finite at step {state.Index + 1}: its weights may be corrupt, or the "
                        + "guidance scale too large for its precision");
            }
            ids[place] = state.Random.Multinomial(softmax);
            probabilities[place] = softmax[ids[place]];
        }
        return (new(tokens.Rows, tokens.Columns, ids), probabilities);
    }

    /// <summary>Probabilities of logits, unless one of those is NaN or +∞.</summary>
    private static bool TrySoftmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var largest = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, largest, probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
        return float.IsFinite(largest);
    }
}
