using Amused.UVit;
using static TorchSharp.torch;

namespace Amused.Pipelines;

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
