using static TorchSharp.torch;

namespace ReconstructionLoss;

/// <summary>How near reconstructions are to their originals, (B, 3, H, W) in [0, 1] both; averages over the pictures.</summary>
internal static class Figures
{
    /// <summary>The side of the windows that SSIM compares, in pixels.</summary>
    private const int Window = 8;

    /// <summary>Peak signal-to-noise ratio in dB.</summary>
    public static double Psnr(Tensor made, Tensor originals)
    {
        using var scope = NewDisposeScope();
        return ((made - originals).square().mean([1, 2, 3]).log10() * -10).mean().item<float>();
    }

    /// <summary>The same over the fifth of the places with the most change around them: the things, not sky and ground.</summary>
    public static double DetailPsnr(Tensor made, Tensor originals)
    {
        using var scope = NewDisposeScope();
        var strength = nn.functional.pad(Across(originals).abs(), [0, 1, 0, 0]) + nn.functional.pad(Down(originals).abs(), [0, 0, 0, 1]);
        var near = nn.functional.avg_pool2d(strength.mean([1], keepdim: true), [9, 9], [1, 1], [4, 4]).flatten(1);
        var places = near.topk((int)(near.shape[1] / 5), dim: 1).indexes;
        var error = (made - originals).square().mean([1]).flatten(1).gather(1, places);
        return (error.mean([1]).log10() * -10).mean().item<float>();
    }

    /// <summary>Structural similarity (Wang et al., 2004) of brightness, over square windows.</summary>
    public static double Ssim(Tensor made, Tensor originals)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (made.mean([1], keepdim: true), originals.mean([1], keepdim: true));
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (varianceX, varianceY, covariance) = (Mean(x * x) - meanX * meanX, Mean(y * y) - meanY * meanY, Mean(x * y) - meanX * meanY);
        const double C1 = 0.01 * 0.01, C2 = 0.03 * 0.03;
        var similarity =
            (meanX * meanY * 2 + C1) * (covariance * 2 + C2) / ((meanX.square() + meanY.square() + C1) * (varianceX + varianceY + C2));
        return similarity.mean().item<float>();
    }

    /// <summary>
    /// How strong the strongest twentieth of the originals' gradients still is, along its own direction: 1 for edges as sharp as they were.
    /// </summary>
    public static double EdgeStrength(Tensor made, Tensor originals)
    {
        using var scope = NewDisposeScope();
        var (wanted, found) =
            (cat([Across(originals).flatten(), Down(originals).flatten()]), cat([Across(made).flatten(), Down(made).flatten()]));
        var edges = wanted.abs().topk((int)(wanted.numel() / 20)).indexes;
        var (truth, kept) = (wanted.index_select(0, edges), found.index_select(0, edges));
        return ((kept * truth).sum() / truth.square().sum()).item<float>();
    }

    private static Tensor Mean(Tensor x) => nn.functional.avg_pool2d(x, [Window, Window], [1, 1]);

    private static Tensor Across(Tensor x) => x.narrow(3, 1, x.shape[3] - 1) - x.narrow(3, 0, x.shape[3] - 1);

    private static Tensor Down(Tensor x) => x.narrow(2, 1, x.shape[2] - 1) - x.narrow(2, 0, x.shape[2] - 1);
}
