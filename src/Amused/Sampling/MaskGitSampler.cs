using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amused.Sampling;

/// <summary>
/// Parallel decoding by confidence (MaskGIT: Chang et al., 2022, section 3.2; aMUSEd report, section 3). One step:
/// <list type="number">
/// <item>Softmax the logits and draw a code for every position; known positions keep their token.</item>
/// <item>After the last step, stop. Otherwise the plan says how many positions stay masked.</item>
/// <item>A position's confidence is log(probability of the drawn code) + temperature · Gumbel noise.</item>
/// <item>The least confident positions become mask again; known ones never do.</item>
/// </list>
/// Everything is float32 on the CPU, whatever the networks run in, and draws come from the state's random stream in the published implementation's
/// order: a multinomial, then one uniform number a position.
/// </summary>
public static class MaskGitSampler
{
    private const float Tiny = 1e-20f;

    /// <summary>How many probabilities a span is laid over at a time: a span of bytes has room for two thousand million.</summary>
    private const long MostAtOnce = 1 << 28;

    /// <summary>Takes one step.</summary>
    /// <param name="state">Where sampling stands; moved on.</param>
    /// <param name="logits">(B, codebook, H, W), guidance applied, any type and device.</param>
    /// <exception cref="BrokenInputException">The logits are no numbers.</exception>
    public static void Step(SamplingState state, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var rows = logits.to(ScalarType.Float32).cpu().flatten(2).transpose(1, 2).flatten(0, 1);
        StepUnknown(state, rows.index_select(0, UnknownPlaces(state.Tokens, state.MaskTokenId)));
    }

    /// <summary>The positions that hold the mask token, counted through the whole batch in row-major order: (n) int64.</summary>
    public static Tensor UnknownPlaces(Tensor tokens, int maskTokenId) => tokens.eq(maskTokenId).flatten().nonzero().flatten();

    /// <summary>Takes one step from the logits of unknown positions alone: all that a step looks at.</summary>
    /// <param name="state">Where sampling stands; moved on.</param>
    /// <param name="logits">(n, codebook) for the positions of <see cref="UnknownPlaces"/>, guidance applied, any type and device.</param>
    /// <exception cref="BrokenInputException">The logits are no numbers.</exception>
    public static void StepUnknown(SamplingState state, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var (shape, batch) = (state.Tokens.shape, state.Tokens.shape[0]);
        var known = state.Tokens.view(batch, -1);
        var unknown = known.eq(state.MaskTokenId);
        var probabilities = logits.to(ScalarType.Float32).cpu().softmax(-1).contiguous();
        if (probabilities.isnan().any().item<bool>())
            throw new BrokenInputException("the U-ViT's answer is not a number: its weights are damaged, or the guidance scale or the precision goes beyond what they bear");
        var predicted = where(unknown, Draw(probabilities, unknown, state.Random), known);

        var tokens = predicted;
        if (state.Index < state.Plan.Steps - 1)
        {
            var confidence = Confidence(probabilities, predicted, unknown, state);
            tokens = predicted.masked_fill(LeastConfident(confidence, unknown, state), state.MaskTokenId);
        }
        state.Advance(tokens.view(shape), predicted.clone().view(shape));
    }

    /// <summary>
    /// Masks tokens at random, as they would be after the step at <paramref name="index"/> (−1: all of them).
    /// </summary>
    /// <param name="tokens">(B, H, W) int64 on the CPU.</param>
    /// <param name="maskTokenId">The mask token.</param>
    /// <param name="plan">Steps and schedule.</param>
    /// <param name="index">The step's index.</param>
    /// <param name="random">Gives one uniform number a position; a position is masked where it lies below the plan's share.</param>
    public static Tensor AddNoise(Tensor tokens, int maskTokenId, SamplingPlan plan, int index, RandomStream random)
    {
        using var scope = NewDisposeScope();
        return tokens.masked_fill(Uniform(tokens.shape, random) < plan.MaskRatio(index), maskTokenId).MoveToOuterDisposeScope();
    }

    /// <summary>(B, N): a code for each unknown position, 0 at known ones, from probabilities (n, codebook).</summary>
    /// <param name="probabilities">Float32, contiguous.</param>
    /// <param name="unknown">(B, N) bool.</param>
    /// <param name="random">Where draws come from.</param>
    /// <param name="mostAtOnce">How many probabilities are looked at together; the result doesn't depend on it.</param>
    internal static Tensor Draw(Tensor probabilities, Tensor unknown, RandomStream random, long mostAtOnce = MostAtOnce)
    {
        using var scope = NewDisposeScope();
        var drawn = zeros(unknown.shape, ScalarType.Int64);
        var wanted = MemoryMarshal.Cast<byte, bool>(unknown.bytes);
        var codes = MemoryMarshal.Cast<byte, long>(drawn.bytes);
        var (categories, row) = ((int)probabilities.shape[1], 0L);
        var positions = (int)Math.Clamp(mostAtOnce / categories, 1, wanted.Length);
        for (var from = 0; from < wanted.Length; from += positions)
        {
            var part = wanted[from..Math.Min(from + positions, wanted.Length)];
            var count = part.Count(true);
            // Without an unknown position nothing is to be read, and an empty tensor has no memory.
            var rows = count == 0 ? [] : MemoryMarshal.Cast<byte, float>(probabilities.narrow(0, row, count).bytes);
            random.Multinomial(rows, categories, part, codes[from..]);
            row += count;
        }
        return drawn.MoveToOuterDisposeScope();
    }

    private static Tensor Uniform(long[] shape, RandomStream random)
    {
        var numbers = zeros(shape, ScalarType.Float32);
        random.Uniform(MemoryMarshal.Cast<byte, float>(numbers.bytes));
        return numbers;
    }

    /// <summary>(B, N): log-probability of the drawn codes, known positions far above all others, plus noise.</summary>
    private static Tensor Confidence(Tensor probabilities, Tensor predicted, Tensor unknown, SamplingState state)
    {
        var drawn = predicted.masked_select(unknown);
        var chosen = full(predicted.shape, float.MaxValue, ScalarType.Float32).masked_scatter(unknown, probabilities.gather(1, drawn.unsqueeze(-1)).squeeze(-1));
        var uniform = Uniform(chosen.shape, state.Random);
        var gumbel = -(-uniform.clamp_min(Tiny).log()).clamp_min(Tiny).log();
        return chosen.clamp_min(Tiny).log() + gumbel * state.Plan.Temperatures[state.Index];
    }

    /// <summary>(B, N) bool: the positions that become mask again.</summary>
    private static Tensor LeastConfident(Tensor confidence, Tensor unknown, SamplingState state)
    {
        var positions = confidence.shape[1];
        var ratios = tensor(state.StartingMaskRatios.ToArray()).unsqueeze(1) * state.Plan.MaskRatio(state.Index);
        var count = (ratios * positions).floor();
        // "At least one" comes last and wins over "fewer than are unknown": a single unknown position is masked again.
        count = minimum(unknown.sum(-1, keepdim: true) - 1, count).clamp_min(1).clamp_max(positions - 1);
        var sorted = confidence.sort(-1).Values;
        var threshold = sorted.gather(1, count.to(ScalarType.Int64));
        return (confidence < threshold).logical_and(unknown);
    }
}
