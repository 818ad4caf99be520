using static TorchSharp.torch;

namespace Amused.Networks.Kernels;

/// <summary>The order in memory in which a place's channels stand side by side, of (B, C, H, W).</summary>
internal static class ChannelsLast
{
    /// <summary>Whether a tensor lies so.</summary>
    public static bool Is(Tensor x)
    {
        using var rows = x.permute(0, 2, 3, 1);
        return rows.is_contiguous();
    }

    /// <summary>The same numbers in this order: the same memory where they lie so already.</summary>
    public static Tensor Of(Tensor x)
    {
        using var rows = x.permute(0, 2, 3, 1);
        using var ordered = rows.contiguous();
        return ordered.permute(0, 3, 1, 2);
    }
}
