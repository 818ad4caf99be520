namespace Amused.Images;

/// <summary>
/// The weights that turn one line of pixels into another of a different length, as whole numbers: for output position i, pixels
/// <c>Start[i] … Start[i] + Count[i] − 1</c> with <c>Weights[i · Stride …]</c>, each a 22-bit fixed-point fraction.
/// </summary>
/// <remarks>
/// Pillow computes the weights in double, makes them sum to one, and rounds each half away from zero to a multiple of 2⁻²² (an
/// int32 less 8 bits of pixel and 2 of headroom for sums of negative lobes). Exactly those integers are needed: the picture that enters the
/// encoder decides the tokens, and a level more or less in a pixel may be another token.
/// </remarks>
internal sealed class ResampleKernel
{
    /// <summary>Bits behind the binary point of a weight.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    private ResampleKernel(int[] start, int[] count, int[] weights, int stride)
    {
        Start = start;
        Count = count;
        Weights = weights;
        Stride = stride;
    }

    public int[] Start { get; }

    public int[] Count { get; }

    public int[] Weights { get; }

    public int Stride { get; }

    /// <summary>The weights for a line of <paramref name="from"/> pixels that becomes one of <paramref name="to"/>.</summary>
    public static ResampleKernel Create(int from, int to, ResampleFilter filter)
    {
        var (curve, radius) = Curve(filter);
        double scale = (double)from / to;
        // When shrinking, the curve is stretched over all pixels that a new one covers: that is the antialiasing.
        double stretch = Math.Max(scale, 1);
        double support = radius * stretch;
        int stride = (int)Math.Ceiling(support) * 2 + 1;

        var kernel = new ResampleKernel(new int[to], new int[to], new int[checked(to * stride)], stride);
        var line = new double[stride];
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int count = Math.Min((int)(center + support + 0.5), from) - first;
            double sum = 0;
            for (int x = 0; x < count; x++)
            {
                // A multiplication by the inverse, as Pillow does: a division rounds otherwise.
                line[x] = curve((x + first - center + 0.5) * (1 / stretch));
                sum += line[x];
            }

            for (int x = 0; x < count; x++)
                kernel.Weights[i * stride + x] = ToFixedPoint(sum != 0 ? line[x] / sum : line[x]);
            kernel.Start[i] = first;
            kernel.Count[i] = count;
        }

        return kernel;
    }

    private static int ToFixedPoint(double weight) => (int)(weight * (1 << PrecisionBits) + (weight < 0 ? -0.5 : 0.5));

    private static (Func<double, double> Curve, double Radius) Curve(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Box => (x => x is > -0.5 and <= 0.5 ? 1 : 0, 0.5),
        ResampleFilter.Bilinear => (x => Math.Max(1 - Math.Abs(x), 0), 1),
        ResampleFilter.Hamming => (Hamming, 1),
        ResampleFilter.Bicubic => (Bicubic, 2),
        ResampleFilter.Lanczos => (x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0, 3),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "not a filter that mixes pixels"),
    };

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    // The constants are single precision in Pillow too.
    private static double Hamming(double x) =>
        Math.Abs(x) >= 1 ? 0 : Sinc(Math.Abs(x)) * (0.54f + 0.46f * Math.Cos(x * Math.PI));

    private static double Bicubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1
            : x < 2 ? (((x - 5) * x + 8) * x - 4) * a
            : 0;
    }
}
