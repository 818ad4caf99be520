using System.Buffers;
using Amused.Networks.UVit;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>The U-ViT on libtorch. Its condition tensors live until <see cref="IPreparedTexts"/> are disposed of.</summary>
internal sealed class TorchTransformer(UVit2DModel model, ScalarType type, Device device) : IMaskedTransformer
{
    /// <summary>
    /// Places go to the head in multiples of this, a power of two, the last ones for nothing: oneDNN keeps a kernel for each number of rows
    /// that it has met, and a server would meet hundreds, a few kilobytes and some milliseconds of making each.
    /// </summary>
    private const int PlacesAtOnce = 64;

    /// <summary>
    /// How many joined conditions are kept for later steps. Joining only copies, some 20 MB for each sequence of a published model, so that
    /// keeping many would cost more than it saves.
    /// </summary>
    private const int MostJoined = 4;

    private readonly List<Joined> joined = [];

    /// <inheritdoc/>
    public int CodebookSize => model.Config.CodebookSize;

    /// <inheritdoc/>
    public IPreparedTexts Prepare(IReadOnlyList<TextState> texts, IReadOnlyList<float> microConditions)
    {
        using var scope = NewDisposeScope();
        var positions = texts[0].Hidden.Length / model.Config.EncoderHiddenSize;
        var hidden = Tensor(texts.SelectMany(text => text.Hidden), texts.Count, positions, model.Config.EncoderHiddenSize);
        var pooled = Tensor(texts.SelectMany(text => text.Pooled), texts.Count, model.Config.CondEmbedDim);
        var micro = tensor(microConditions.ToArray(), device: device).unsqueeze(0).expand(texts.Count, -1);
        var condition = model.Prepare(hidden, pooled, micro);
        return new Prepared(this, Keep(condition), texts.Count, positions);
    }

    /// <inheritdoc/>
    public IMemoryOwner<float> Predict(IReadOnlyList<MaskedImage> images)
    {
        using var scope = NewDisposeScope();
        List<PreparedText> sequences = [];
        List<long> ids = [], conditional = [], unconditional = [];
        List<float> scales = [];
        foreach (var image in images)
        {
            var size = image.Tokens.Ids.Length;
            // Without guidance both passes are one, and nothing is between them.
            var first = (long)sequences.Count * size;
            var last = image.Negative is null ? first : first + size;
            if (image.Negative is { } negative)
                sequences.Add(negative);
            sequences.Add(image.Text);
            for (var pass = first; pass <= last; pass += size)
                foreach (var id in image.Tokens.Ids)
                    ids.Add(id);
            foreach (var place in image.Places)
            {
                unconditional.Add(first + place);
                conditional.Add(last + place);
                scales.Add(image.GuidanceScale);
            }
        }
        if (conditional.Count == 0)
            return new TensorMemory(zeros(0).DetachFromDisposeScope());
        var isGuided = sequences.Count > images.Count;
        var grid = images[0].Tokens;
        var logits = model.ForwardAt(
            tensor(ids.ToArray(), [sequences.Count, grid.Rows, grid.Columns], device: device),
            Join(sequences),
            tensor(Padded(conditional), device: device),
            isGuided ? tensor(Padded(unconditional), device: device) : null,
            isGuided ? tensor(Padded(scales), device: device).unsqueeze(1) : null);
        return new TensorMemory(logits.narrow(0, 0, conditional.Count).to(ScalarType.Float32).cpu().contiguous().DetachFromDisposeScope());
    }

    private static T[] Padded<T>(List<T> numbers)
    {
        var padded = new T[(numbers.Count + PlacesAtOnce - 1) & -PlacesAtOnce];
        numbers.CopyTo(padded);
        return padded;
    }

    private Tensor Tensor(IEnumerable<float> numbers, params long[] shape) =>
        tensor(numbers.ToArray(), shape, ScalarType.Float32).to(type, device);

    /// <summary>The condition of sequences whose texts may have been prepared apart.</summary>
    private Tensor[] Join(List<PreparedText> sequences)
    {
        var whole = (Prepared)sequences[0].Of;
        if (sequences.Count == whole.Count && sequences.Index().All(sequence => sequence.Item == new PreparedText(whole, sequence.Index)))
            return whole.Condition;
        var known = joined.Find(one => one.Sequences.SequenceEqual(sequences));
        if (known is null)
        {
            var rows = sequences.Select(sequence => (((Prepared)sequence.Of).Condition, sequence.Row)).ToList();
            known = new(sequences, Keep(whole.Condition.Select((_, i) =>
                cat([.. rows.Select(row => row.Condition[i].narrow(0, row.Row, 1))], 0))));
        }
        // The one that was used longest ago comes first, and goes first.
        joined.Remove(known);
        joined.Add(known);
        if (joined.Count > MostJoined)
            Drop(joined[0]);
        return known.Condition;
    }

    private void Forget(Prepared texts)
    {
        foreach (var one in joined.Where(one => one.Sequences.Any(sequence => sequence.Of == texts)).ToList())
            Drop(one);
    }

    private void Drop(Joined one)
    {
        joined.Remove(one);
        Free(one.Condition);
    }

    /// <summary>Takes a condition out of the dispose scope, so that it lives until it is freed.</summary>
    private static Tensor[] Keep(IEnumerable<Tensor> condition) => [.. condition.Select(tensor => tensor.DetachFromDisposeScope())];

    private static void Free(Tensor[] condition)
    {
        foreach (var tensor in condition)
            tensor.Dispose();
    }

    private sealed record Joined(IReadOnlyList<PreparedText> Sequences, Tensor[] Condition);

    private sealed class Prepared(TorchTransformer owner, Tensor[] condition, int count, int positions) : IPreparedTexts
    {
        public Tensor[] Condition => condition;

        public int Count => count;

        public int Positions => positions;

        public void Dispose()
        {
            owner.Forget(this);
            Free(condition);
        }
    }
}
