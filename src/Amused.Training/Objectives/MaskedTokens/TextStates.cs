using Amused.Networks.ClipText;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Captions to text states, with gradients where the text tower is trained; some captions give way to the empty one.</summary>
/// <param name="model">The text tower.</param>
/// <param name="type">The type of activations.</param>
/// <param name="isTrained">Whether gradients are wanted.</param>
internal sealed class TextStates(ClipTextModel model, ScalarType type, bool isTrained)
{
    /// <summary>Encodes captions.</summary>
    /// <param name="captions">One for each picture: ids, which the tower reads here, or states, which it has said before.</param>
    /// <param name="empty">The empty caption, of the same kind.</param>
    /// <param name="dropped">(B) truth values: whose captions are replaced by the empty one.</param>
    /// <returns>The penultimate states (B, T, hidden) and the projected pooled state (B, projection).</returns>
    public (Tensor Hidden, Tensor Pooled) Encode(TextInputs captions, TextInputs empty, Tensor dropped)
    {
        using var scope = NewDisposeScope();
        using var grad = isTrained ? null : no_grad();
        var drops = dropped.any().item<bool>();
        var count = dropped.shape[0];
        var (hidden, pooled) = States(drops ? WithEmpty(captions, empty) : captions);
        return (Choose(hidden).MoveToOuterDisposeScope(), Choose(pooled).MoveToOuterDisposeScope());

        Tensor Choose(Tensor states) => drops ? ConditionDropout.Replace(dropped, states.narrow(0, 0, count), states.narrow(0, count, 1)) : states;
    }

    private (Tensor Hidden, Tensor Pooled) States(TextInputs text)
    {
        if (text.InputIds is null)
            return (text.Hidden!.to(type, copy: true), text.Pooled!.to(type, copy: true));
        var output = model.Forward(text.InputIds, type);
        return (output.PenultimateHiddenState, output.TextEmbeds);
    }

    /// <summary>The empty caption behind the others.</summary>
    private static TextInputs WithEmpty(TextInputs captions, TextInputs empty) => captions.InputIds is { } ids
        ? new(cat([ids, empty.InputIds!]))
        : new(null, cat([captions.Hidden!, empty.Hidden!]), cat([captions.Pooled!, empty.Pooled!]));
}
