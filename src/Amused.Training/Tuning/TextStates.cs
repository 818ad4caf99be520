using Amused.Text;
using Amused.Training.Losses;
using static TorchSharp.torch;

namespace Amused.Training.Tuning;

/// <summary>Captions to text states, with gradients where the text tower is trained; some captions give way to the empty one.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="model">The text tower.</param>
/// <param name="type">The type of activations.</param>
/// <param name="device">Where it is.</param>
/// <param name="isTrained">Whether gradients are wanted.</param>
internal sealed class TextStates(ClipTokenizer tokenizer, ClipTextModel model, ScalarType type, Device device, bool isTrained)
{
    /// <summary>Encodes captions.</summary>
    /// <param name="captions">One for each picture.</param>
    /// <param name="dropped">(B) truth values: whose captions are replaced by the empty one.</param>
    /// <returns>The penultimate states (B, T, hidden) and the projected pooled state (B, projection).</returns>
    public (Tensor Hidden, Tensor Pooled) Encode(IReadOnlyList<string> captions, Tensor dropped)
    {
        using var scope = NewDisposeScope();
        using var grad = isTrained ? null : no_grad();
        var drops = dropped.any().item<bool>();
        var output = model.Forward(Ids(drops ? [.. captions, ""] : captions), type);
        var (hidden, pooled) = (Choose(output.PenultimateHiddenState), Choose(output.TextEmbeds));
        return (hidden.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());

        Tensor Choose(Tensor states) => drops
            ? ConditionDropout.Replace(dropped, states.narrow(0, 0, captions.Count), states.narrow(0, captions.Count, 1))
            : states;
    }

    private Tensor Ids(IReadOnlyList<string> texts)
    {
        long[] ids = [.. texts.SelectMany(text => tokenizer.Encode(text).Ids).Select(id => (long)id)];
        return tensor(ids, [texts.Count, ids.Length / texts.Count], ScalarType.Int64, device);
    }
}
