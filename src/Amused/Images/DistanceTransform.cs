namespace Amused.Images;

/// <summary>How far each pixel of a region is from its edge.</summary>
/// <remarks>
/// The exact Euclidean distance in linear time: P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled Functions" (2012).
/// Along one line the squared distance is the lower envelope of parabolas, one for each position; columns first, then rows over their
/// result.
/// </remarks>
internal static class DistanceTransform
{
    // Larger than any squared distance in a picture, and still exact arithmetic away from infinity.
    private const double Far = 1e12;

    /// <summary>
    /// Distance in pixels from the middle of each pixel to the middle of the nearest one that is outside, (H, W); 0 outside.
    /// </summary>
    /// <param name="inside">(H, W): true within the region.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <returns>The distances; huge everywhere when nothing is outside. The picture's border is no edge.</returns>
    public static double[] ToOutside(ReadOnlySpan<bool> inside, int width, int height)
    {
        var squared = new double[inside.Length];
        for (int i = 0; i < squared.Length; i++)
            squared[i] = inside[i] ? Far : 0;

        var line = new Line(Math.Max(width, height));
        for (int x = 0; x < width; x++)
            line.Transform(squared, x, width, height);
        for (int y = 0; y < height; y++)
            line.Transform(squared, y * width, 1, width);

        for (int i = 0; i < squared.Length; i++)
            squared[i] = Math.Sqrt(squared[i]);
        return squared;
    }

    private sealed class Line(int length)
    {
        private readonly double[] values = new double[length];
        private readonly int[] apex = new int[length];
        private readonly double[] from = new double[length + 1];

        /// <summary>Replaces the values of one line by min over q of (p − q)² + value(q).</summary>
        public void Transform(double[] picture, int start, int step, int count)
        {
            for (int q = 0; q < count; q++)
                values[q] = picture[start + q * step];

            int last = 0;
            (apex[0], from[0], from[1]) = (0, double.NegativeInfinity, double.PositiveInfinity);
            for (int q = 1; q < count; q++)
            {
                double meets;
                while ((meets = Intersection(q, apex[last])) <= from[last])
                    last--;
                last++;
                (apex[last], from[last], from[last + 1]) = (q, meets, double.PositiveInfinity);
            }

            for (int p = 0, k = 0; p < count; p++)
            {
                while (from[k + 1] < p)
                    k++;
                double away = p - apex[k];
                picture[start + p * step] = away * away + values[apex[k]];
            }
        }

        private double Intersection(int q, int r) => (values[q] + (double)q * q - values[r] - (double)r * r) / (2.0 * (q - r));
    }
}
