using Amused.Sampling;
using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

/// <summary>The U-ViT under guidance for a fixed batch of images: tokens in, logits out, step after step.</summary>
/// <remarks>
/// A large batch goes through the network a few images at a time, which bounds what the network itself needs; the logits of all images, 4 bytes a code of each unknown position, are held
/// together. Groups of the same prompts share what their conditions come to, some 20 MB for each
/// image of a published model and pass. That belongs to the dispose scope in which this is made. Images of one prompt that hold the same tokens, as all do before the first step, go
/// through it once.
/// </remarks>
internal sealed class TokenDenoiser
{
    private const int ImagesAtOnce = 4;

    private readonly UVit2DModel model;
    private readonly float guidanceScale;
    private readonly bool guided;
    private readonly Device device;
    private readonly long[] rows;
    private readonly int maskTokenId;
    private readonly List<(int Start, int Count, UVitCondition Condition)> chunks = [];

    /// <summary>Makes it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="conditional">What the prompts say, a row for each prompt.</param>
    /// <param name="unconditional">What the negative prompts say, a row for each prompt; null without guidance.</param>
    /// <param name="rows">The row of each image.</param>
    /// <param name="guidanceScale">The guidance scale.</param>
    /// <param name="maskTokenId">The token of unknown positions.</param>
    public TokenDenoiser(UVit2DModel model, ConditionInputs conditional, ConditionInputs? unconditional, long[] rows, float guidanceScale, int maskTokenId)
    {
        (this.model, this.guidanceScale, guided, device) = (model, guidanceScale, unconditional is not null, conditional.Pooled.device);
        (this.rows, this.maskTokenId) = (rows, maskTokenId);
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

    /// <summary>How many images the last call took through the network.</summary>
    internal int ImagesComputed { get; private set; }

    /// <summary>(B, H, W) tokens on the CPU → for each image (n, codebook) logits of its n unknown positions in row-major order, guidance applied.</summary>
    public IReadOnlyList<Tensor> PredictLogits(Tensor tokens, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var first = FirstOfEach(tokens);
        List<int> distinct = [.. first.Distinct()];
        ImagesComputed = distinct.Count;
        Dictionary<int, Tensor> logits = [];
        var parts = distinct.Count == rows.Length
            ? chunks.Select(chunk => (Images: Enumerable.Range(chunk.Start, chunk.Count).ToArray(), chunk.Condition))
            : distinct.Chunk(ImagesAtOnce).Select(images => (images, ConditionOf(images)));
        foreach (var (images, condition) in parts)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (image, answer) in images.Zip(Predict(tokens.index_select(0, tensor(images.Select(image => (long)image).ToArray())), condition)))
                logits[image] = answer;
        }
        // An image of its own for each caller's sake: all may be freed.
        return [.. first.Select((of, image) => (of == image ? logits[of] : logits[of].alias()).MoveToOuterDisposeScope())];
    }

    /// <summary>For each image the first one of the same prompt that holds the same tokens.</summary>
    private int[] FirstOfEach(Tensor tokens)
    {
        Dictionary<(long Row, TokenGrid Tokens), int> seen = [];
        return [.. TokenTensors.ToGrids(tokens).Select((grid, image) => seen.TryAdd((rows[image], grid), image) ? image : seen[(rows[image], grid)])];
    }

    private UVitCondition ConditionOf(int[] images)
    {
        var places = images.Select(image => (chunks[image / ImagesAtOnce].Condition, Place: image % ImagesAtOnce, chunks[image / ImagesAtOnce].Count)).ToList();
        var conditional = places.Select(place => new ConditionRow(place.Condition, guided ? place.Count + place.Place : place.Place));
        return ConditionRow.Join(guided ? [.. places.Select(place => new ConditionRow(place.Condition, place.Place)), .. conditional] : [.. conditional]);
    }

    private List<Tensor> Predict(Tensor tokens, UVitCondition condition)
    {
        using var scope = NewDisposeScope();
        var counts = tokens.eq(maskTokenId).flatten(1).sum(1).data<long>().ToArray();
        var unknown = MaskGitSampler.UnknownPlaces(tokens, maskTokenId);
        var (ids, places) = (tokens.to(device), unknown.to(device));
        var logits = unknown.numel() == 0 ? zeros(0, model.Config.CodebookSize)
            : guided ? model.ForwardAt(cat([ids, ids], 0), condition, places + tokens.numel(), places, full([1, 1], guidanceScale, device: device))
            : model.ForwardAt(ids, condition, places, null, null);
        return [.. logits.split(counts, 0).Select(part => part.MoveToOuterDisposeScope())];
    }
}
