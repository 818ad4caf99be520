using Amused.Images;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>How much of each token's square of pixels a mask shows: 0 none of it, 255 all.</summary>
internal static class ForegroundShares
{
    /// <summary>The mean of the mask over each token's square, rounded.</summary>
    /// <param name="mask">As large as the picture: a multiple of the grid; null, where a picture has none, shows everything.</param>
    /// <param name="rows">The grid's rows.</param>
    /// <param name="columns">The grid's columns.</param>
    /// <returns>rows · columns shares, rows from the top.</returns>
    public static byte[] Of(GreyImage? mask, int rows, int columns)
    {
        if (mask is null)
            return Everything(rows, columns);
        var (height, width) = (mask.Height / rows, mask.Width / columns);
        var sums = new int[rows * columns];
        for (int y = 0; y < rows * height; y++)
        {
            for (int x = 0; x < columns * width; x++)
                sums[y / height * columns + x / width] += mask.Pixels[y * mask.Width + x];
        }

        return Array.ConvertAll(sums, sum => (byte)((sum + height * width / 2) / (height * width)));
    }

    /// <summary>How much places count: 1 where the mask shows all of one, the background's weight where it shows nothing, and in proportion between.</summary>
    /// <param name="shares">From 0 to 1, any shape.</param>
    /// <param name="background">The weight outside of the mask.</param>
    public static Tensor ToWeights(Tensor shares, double background) => background + (1 - background) * shares;

    private static byte[] Everything(int rows, int columns)
    {
        var shares = new byte[rows * columns];
        Array.Fill(shares, byte.MaxValue);
        return shares;
    }
}
