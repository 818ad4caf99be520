using static TorchSharp.torch;

namespace Amused.Networks.Layers;

/// <summary>
/// Operators that overwrite an activation nobody else needs, unless gradients are recorded, which need it. On pictures the saving is the
/// memory itself: the C library maps large blocks anew for each result, and touching their pages takes several times as long as the
/// arithmetic.
/// </summary>
internal static class InPlace
{
    /// <summary>SiLU of an activation that is not used again.</summary>
    public static Tensor Silu(Tensor x) => nn.functional.silu(x, inplace: !x.requires_grad);

    /// <summary>The sum of an activation that is not used again and another one.</summary>
    public static Tensor Add(Tensor x, Tensor other) => x.requires_grad || other.requires_grad ? x + other : x.add_(other);
}
