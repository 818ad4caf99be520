using Amused.Networks.ClipText;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>CLIP's text tower on libtorch.</summary>
internal sealed class TorchTextTower(ClipTextModel model, ScalarType type, Device device) : ITextTower
{
    /// <inheritdoc/>
    public TextState Read(IReadOnlyList<int> ids)
    {
        using var scope = NewDisposeScope();
        var output = model.Forward(tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count], ScalarType.Int64, device), type);
        return new(Numbers(output.TextEmbeds), Numbers(output.PenultimateHiddenState));
    }

    private static float[] Numbers(Tensor states) => states.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
