using System.Runtime.Intrinsics;

namespace Amused.Images;

/// <summary>
/// Resizes 8-bit pictures to the very pixels that Pillow 13 gives: one direction, then the other, with 22-bit fixed-point weights
/// (<see cref="ResampleKernel"/>) and a rounding to 8 bits in between.
/// </summary>
/// <remarks>
/// The rounding in between makes the order of the two directions visible (overshoots of the first are cut off before the second mixes
/// them): see <see cref="IsHeightFirst"/>.
/// Integer sums have no order, so lines run side by side and four channels or sixteen columns at a time without changing a bit.
/// </remarks>
public static class PillowResampling
{
    private const int Half = 1 << (ResampleKernel.PrecisionBits - 1);

    // Below this many multiplications, waking other threads costs more than it saves.
    private const long ParallelWork = 1 << 20;

    /// <summary>A picture of another size, as Pillow's <c>Image.resize((width, height), filter)</c> makes it.</summary>
    /// <param name="image">The picture; it stays as it is.</param>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="filter">How pixels are mixed.</param>
    /// <returns>A new picture (also when the size is the same).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(width, height, Resize(image.Buffer, image.Width, image.Height, 3, width, height, filter));
    }

    /// <inheritdoc cref="Resize(RgbImage, int, int, ResampleFilter)"/>
    public static GreyImage Resize(GreyImage image, int width, int height, ResampleFilter filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(width, height, Resize(image.Buffer, image.Width, image.Height, 1, width, height, filter));
    }

    /// <summary>The same on bare rows of 1 or 3 interleaved channels, (H, W, C).</summary>
    internal static byte[] Resize(byte[] pixels, int width, int height, int channels, int newWidth, int newHeight, ResampleFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        if ((newWidth, newHeight) == (width, height))
            return [.. pixels];
        if (filter == ResampleFilter.Nearest)
            return Nearest(pixels, width, height, channels, newWidth, newHeight);

        if (!IsHeightFirst(width, height, newWidth, newHeight))
        {
            pixels = ResizeRows(pixels, width, height, channels, newWidth, filter);
            return ResizeColumns(pixels, height, newWidth * channels, newHeight, filter);
        }

        pixels = ResizeColumns(pixels, height, width * channels, newHeight, filter);
        return ResizeRows(pixels, width, newHeight, channels, newWidth, filter);
    }

    /// <summary>
    /// Whether the height is resized before the width: when it shrinks, by more than twice the pixels that the width loses.
    /// </summary>
    /// <remarks>
    /// Up to Pillow 12 the width always came first. This is the rule of 900 random sizes that Pillow 13 resized, without exception.
    /// </remarks>
    private static bool IsHeightFirst(int width, int height, int newWidth, int newHeight) =>
        newHeight < height && (long)height - newHeight > 2L * ((long)width - newWidth);

    private static byte[] Nearest(byte[] pixels, int width, int height, int channels, int newWidth, int newHeight)
    {
        var result = new byte[checked(newWidth * newHeight * channels)];
        int[] columns = NearestPositions(width, newWidth), rows = NearestPositions(height, newHeight);
        int to = 0;
        foreach (int row in rows)
        {
            foreach (int column in columns)
            {
                pixels.AsSpan((row * width + column) * channels, channels).CopyTo(result.AsSpan(to));
                to += channels;
            }
        }

        return result;
    }

    private static int[] NearestPositions(int from, int to)
    {
        var positions = new int[to];
        double step = (double)from / to, position = step * 0.5;
        for (int i = 0; i < to; i++)
        {
            positions[i] = Math.Min((int)position, from - 1);
            // Summed up rather than multiplied: Pillow's rounding errors are part of the result.
            position += step;
        }

        return positions;
    }

    private static byte[] ResizeRows(byte[] pixels, int width, int height, int channels, int newWidth, ResampleFilter filter)
    {
        if (newWidth == width)
            return pixels;
        var kernel = ResampleKernel.Create(width, newWidth, filter);
        var result = new byte[checked(newWidth * height * channels)];
        ForRows(height, (long)newWidth * kernel.Stride * channels, (first, end) =>
        {
            var line = new Vector128<int>[channels == 3 ? width : 0];
            for (int y = first; y < end; y++)
            {
                var source = pixels.AsSpan(y * width * channels, width * channels);
                var target = result.AsSpan(y * newWidth * channels, newWidth * channels);
                if (channels == 3)
                    ResizeRgbRow(source, target, line, kernel);
                else
                    ResizeGreyRow(source, target, kernel);
            }
        });
        return result;
    }

    private static void ResizeRgbRow(ReadOnlySpan<byte> source, Span<byte> target, Span<Vector128<int>> line, ResampleKernel kernel)
    {
        // Widened once, a pixel is read many times.
        for (int x = 0; x < line.Length; x++)
            line[x] = Vector128.Create(source[3 * x], source[3 * x + 1], source[3 * x + 2], 0);

        for (int x = 0; x < kernel.Start.Length; x++)
        {
            var covered = line.Slice(kernel.Start[x], kernel.Count[x]);
            var weights = kernel.Weights.AsSpan(x * kernel.Stride, covered.Length);
            var sum = Vector128.Create(Half);
            for (int i = 0; i < covered.Length; i++)
                sum += covered[i] * weights[i];
            sum = Clip(sum);
            target[3 * x] = (byte)sum[0];
            target[3 * x + 1] = (byte)sum[1];
            target[3 * x + 2] = (byte)sum[2];
        }
    }

    private static void ResizeGreyRow(ReadOnlySpan<byte> source, Span<byte> target, ResampleKernel kernel)
    {
        for (int x = 0; x < target.Length; x++)
        {
            var covered = source.Slice(kernel.Start[x], kernel.Count[x]);
            var weights = kernel.Weights.AsSpan(x * kernel.Stride, covered.Length);
            int sum = Half;
            for (int i = 0; i < covered.Length; i++)
                sum += covered[i] * weights[i];
            target[x] = Clip(sum);
        }
    }

    private static byte[] ResizeColumns(byte[] pixels, int height, int rowLength, int newHeight, ResampleFilter filter)
    {
        if (newHeight == height)
            return pixels;
        var kernel = ResampleKernel.Create(height, newHeight, filter);
        var result = new byte[checked(rowLength * newHeight)];
        ForRows(newHeight, (long)rowLength * kernel.Stride, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                var covered = pixels.AsSpan(kernel.Start[y] * rowLength, kernel.Count[y] * rowLength);
                var weights = kernel.Weights.AsSpan(y * kernel.Stride, kernel.Count[y]);
                MixRows(covered, weights, result.AsSpan(y * rowLength, rowLength));
            }
        });
        return result;
    }

    private static void MixRows(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target)
    {
        int x = 0;
        for (; x <= target.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            Vector128<int> a = Vector128.Create(Half), b = a, c = a, d = a;
            for (int i = 0; i < weights.Length; i++)
            {
                var bytes = Vector128.Create(rows.Slice(i * target.Length + x, Vector128<byte>.Count));
                var (low, high) = Vector128.Widen(bytes);
                var (low0, low1) = Vector128.Widen(low.AsInt16());
                var (high0, high1) = Vector128.Widen(high.AsInt16());
                a += low0 * weights[i];
                b += low1 * weights[i];
                c += high0 * weights[i];
                d += high1 * weights[i];
            }

            var mixed = Vector128.Narrow(
                Vector128.Narrow(Clip(a), Clip(b)).AsUInt16(),
                Vector128.Narrow(Clip(c), Clip(d)).AsUInt16());
            mixed.CopyTo(target[x..]);
        }

        for (; x < target.Length; x++)
        {
            int sum = Half;
            for (int i = 0; i < weights.Length; i++)
                sum += rows[i * target.Length + x] * weights[i];
            target[x] = Clip(sum);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleKernel.PrecisionBits, 0, 255);

    private static Vector128<int> Clip(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleKernel.PrecisionBits, Vector128<int>.Zero), Vector128.Create(255));

    private static void ForRows(int rows, long workPerRow, Action<int, int> body)
    {
        int parts = (int)Math.Min(rows, Math.Min(Environment.ProcessorCount, rows * workPerRow / ParallelWork));
        if (parts <= 1)
            body(0, rows);
        else
            Parallel.For(0, parts, part => body((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts)));
    }
}
