using Amused.Sampling;
using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>The U-ViT under guidance for a fixed batch of images: tokens in, logits out, step after step.</summary>
/// <remarks>
/// A large batch goes through the network a few images at a time, which bounds memory; groups of the same prompts share what their conditions come to, some 20 MB for each
/// image of a published model and pass. That belongs to the dispose scope in which this is made.
/// </remarks>
internal sealed class TokenDenoiser
{
    private const int ImagesAtOnce = 4;

    private readonly UVit2DModel model;
    private readonly float guidanceScale;
    private readonly bool guided;
    private readonly Device device;
    private readonly List<(int Start, int Count, UVitCondition Condition)> chunks = [];

    /// <summary>Makes it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="conditional">What the prompts say, a row for each prompt.</param>
    /// <param name="unconditional">What the negative prompts say, a row for each prompt; null without guidance.</param>
    /// <param name="rows">The row of each image.</param>
    /// <param name="guidanceScale">The guidance scale.</param>
    public TokenDenoiser(UVit2DModel model, ConditionInputs conditional, ConditionInputs? unconditional, long[] rows, float guidanceScale)
    {
        (this.model, this.guidanceScale, guided, device) = (model, guidanceScale, unconditional is not null, conditional.Pooled.device);
        Dictionary<string, UVitCondition> prepared = [];
        foreach (var group in rows.Chunk(ImagesAtOnce))
        {
            var key = string.Join(' ', group);
            if (!prepared.TryGetValue(key, out var condition))
            {
                var inputs = conditional.Rows(group);
                if (unconditional is not null)
                    inputs = unconditional.Rows(group).Concat(inputs);
                prepared[key] = condition = model.Prepare(inputs.Hidden, inputs.Pooled, inputs.Micro);
            }
            chunks.Add((chunks.Count * ImagesAtOnce, group.Length, condition));
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

    private Tensor Predict(Tensor tokens, UVitCondition condition)
    {
        using var scope = NewDisposeScope();
        var ids = tokens.to(device);
        if (!guided)
            return model.Forward(ids, condition).MoveToOuterDisposeScope();
        var both = model.Forward(cat([ids, ids], 0), condition).chunk(2, 0);
        return Guidance.Combine(both[0], both[1], guidanceScale).MoveToOuterDisposeScope();
    }
}

/// <summary>What <see cref="UVit2DModel.Prepare"/> takes.</summary>
/// <param name="Hidden">Text states, (B, S, width).</param>
/// <param name="Pooled">Pooled text states, (B, width).</param>
/// <param name="Micro">Micro-conditions, (B, 5).</param>
internal sealed record ConditionInputs(Tensor Hidden, Tensor Pooled, Tensor Micro)
{
    public ConditionInputs Rows(long[] rows)
    {
        var places = tensor(rows, device: Pooled.device);
        return new(Hidden.index_select(0, places), Pooled.index_select(0, places), Micro.index_select(0, places));
    }

    public ConditionInputs Concat(ConditionInputs other) => new(cat([Hidden, other.Hidden], 0), cat([Pooled, other.Pooled], 0), cat([Micro, other.Micro], 0));
}
