using Amused.Sampling;
using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>The U-ViT under guidance for a fixed batch of images: tokens in, logits out, step after step.</summary>
/// <remarks>A large batch goes through the network a few images at a time, which bounds memory.</remarks>
internal sealed class TokenDenoiser : IDisposable
{
    private const int ImagesAtOnce = 4;

    private readonly UVit2DModel model;
    private readonly float guidanceScale;
    private readonly bool guided;
    private readonly List<(int Start, int Count, UVitCondition Condition)> chunks = [];

    /// <summary>Makes it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="conditional">The prompts' condition, a row for each prompt.</param>
    /// <param name="unconditional">The negative prompts', a row for each; null without guidance.</param>
    /// <param name="rowsOfImages">The row that each image answers.</param>
    /// <param name="guidanceScale">The guidance scale.</param>
    public TokenDenoiser(UVit2DModel model, UVitCondition conditional, UVitCondition? unconditional, long[] rowsOfImages, float guidanceScale)
    {
        (this.model, this.guidanceScale, guided) = (model, guidanceScale, unconditional is not null);
        for (var start = 0; start < rowsOfImages.Length; start += ImagesAtOnce)
        {
            var rows = rowsOfImages.AsSpan(start, Math.Min(ImagesAtOnce, rowsOfImages.Length - start));
            chunks.Add((start, rows.Length, Select(unconditional is null ? [conditional] : [unconditional, conditional], rows)));
        }
    }

    /// <summary>(B, H, W) tokens on the CPU → (B, codebook, H, W) logits, guidance applied, float32 under guidance.</summary>
    public Tensor PredictLogits(Tensor tokens, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        List<Tensor> logits = [];
        foreach (var (start, count, condition) in chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            logits.Add(Predict(tokens.narrow(0, start, count), condition));
        }
        return (logits.Count == 1 ? logits[0] : cat(logits, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the conditions.</summary>
    public void Dispose()
    {
        foreach (var (_, _, condition) in chunks)
        {
            condition.TextStates.Dispose();
            condition.Vector.Dispose();
        }
    }

    private Tensor Predict(Tensor tokens, UVitCondition condition)
    {
        using var scope = NewDisposeScope();
        var ids = tokens.to(condition.Vector.device);
        if (!guided)
            return model.Forward(ids, condition).MoveToOuterDisposeScope();
        var both = model.Forward(cat([ids, ids], 0), condition).chunk(2, 0);
        return Guidance.Combine(both[0], both[1], guidanceScale).MoveToOuterDisposeScope();
    }

    /// <summary>The given rows of each condition, one condition after the other.</summary>
    private static UVitCondition Select(ReadOnlySpan<UVitCondition> conditions, ReadOnlySpan<long> rows)
    {
        using var scope = NewDisposeScope();
        List<Tensor> states = [], vectors = [];
        foreach (var condition in conditions)
        {
            var index = tensor(rows.ToArray(), device: condition.Vector.device);
            states.Add(condition.TextStates.index_select(0, index));
            vectors.Add(condition.Vector.index_select(0, index));
        }
        return new(cat(states, 0).DetachFromDisposeScope(), cat(vectors, 0).DetachFromDisposeScope());
    }
}
