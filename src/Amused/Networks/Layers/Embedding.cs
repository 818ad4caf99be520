using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>A table of vectors: ids […] → vectors […, width].</summary>
/// <remarks>Takes <c>weight</c> [count, width].</remarks>
public sealed class Embedding(ParameterBuilder parameters, long count, long width)
{
    /// <summary>The table, [count, width].</summary>
    public Tensor Weight { get; } = parameters.Take("weight", ParameterInit.Normal, count, width);

    /// <summary>Looks ids (int64) up; vectors come in <paramref name="type"/>.</summary>
    public Tensor Forward(Tensor ids, ScalarType type) =>
        Weight.index_select(0, ids.flatten()).to(type).view([.. ids.shape, Weight.shape[1]]);
}
