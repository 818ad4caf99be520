using Amused.Images;

namespace PictureBook.Vq;

/// <summary>Adds up how far pictures' bytes are from others'.</summary>
internal sealed class SquaredError
{
    private double sum;
    private long count;

    /// <summary>Peak signal-to-noise ratio of all that was added, in dB; infinite where nothing differs, not a number when nothing was added.</summary>
    public double Psnr => count == 0 ? double.NaN : -10 * Math.Log10(sum / count / (255.0 * 255.0));

    /// <summary>Adds the pixels of two pictures of one size, or those of them that a mask of that size has.</summary>
    public void Add(RgbImage first, RgbImage second, GreyImage? mask = null)
    {
        var one = first.Pixels;
        var other = second.Pixels;
        for (int i = 0; i < one.Length; i++)
        {
            if (mask is not null && mask.Pixels[i / 3] == 0)
                continue;
            double difference = one[i] - other[i];
            sum += difference * difference;
            count++;
        }
    }
}
