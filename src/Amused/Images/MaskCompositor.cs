namespace Amused.Images;

/// <summary>
/// Puts the original's own pixels back where nothing was to be repainted. The decoder redraws the whole picture from tokens, so without
/// this an inpainted picture differs from its original everywhere.
/// </summary>
/// <remarks>
/// A pixel is repainted where the mask is at least half white (128), as on the token grid; every other pixel is the original's, bit for
/// bit. From the edge inwards the generated picture fades in along a smooth step, so that no seam shows and nothing outside the mask is
/// touched: with d the distance to the nearest kept pixel, t = d / (feather + 1) cut at 1, its share is the smaller of the mask itself and
/// t²(3 − 2t). A mask that is narrower than the fading everywhere fades faster, so that its middle is fully repainted.
/// </remarks>
public static class MaskCompositor
{
    private const int One = 1 << 8;

    /// <summary>The original outside the mask, the generated picture inside, a smooth edge between.</summary>
    /// <param name="original">What was to be kept.</param>
    /// <param name="generated">The inpainted picture, of the same size.</param>
    /// <param name="mask">White is repainted, black kept. A mask of another size is resized (bilinear, which does not overshoot).</param>
    /// <param name="feather">
    /// Width of the fading in pixels, at least 0 (a hard edge). The default value is null: 1/32 of the shorter side.
    /// </param>
    /// <returns>A new picture of the same size.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative <paramref name="feather"/>.</exception>
    public static RgbImage Composite(RgbImage original, RgbImage generated, GreyImage mask, int? feather = null)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(mask);
        var (width, height) = (original.Width, original.Height);
        if ((generated.Width, generated.Height) != (width, height))
            throw new ArgumentException($"the pictures differ in size: {width}×{height} and {generated.Width}×{generated.Height}",
                nameof(generated));
        int fading = feather ?? Math.Min(width, height) / 32;
        ArgumentOutOfRangeException.ThrowIfNegative(fading, nameof(feather));

        int[] shares = Shares(mask.Resize(width, height, ResampleFilter.Bilinear), fading);
        var pixels = new byte[original.Buffer.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int share = shares[i / 3];
            pixels[i] = (byte)((original.Buffer[i] * (One - share) + generated.Buffer[i] * share + One / 2) / One);
        }

        return new(width, height, pixels);
    }

    /// <summary>The generated picture's share of each pixel, (H, W), 0 to <see cref="One"/>.</summary>
    private static int[] Shares(GreyImage mask, int feather)
    {
        var inside = Array.ConvertAll(mask.Buffer, level => level >= 128);
        var distance = DistanceTransform.ToOutside(inside, mask.Width, mask.Height);
        double fullAt = Math.Max(1, Math.Min(feather + 1, distance.Max()));

        var shares = new int[distance.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            double t = Math.Min(distance[i] / fullAt, 1);
            double share = Math.Min(mask.Buffer[i] / 255.0, t * t * (3 - 2 * t));
            shares[i] = inside[i] ? (int)Math.Round(share * One) : 0;
        }

        return shares;
    }
}
