using TorchSharp;
using static TorchSharp.torch;

namespace PictureBook.ReaderTraining;

/// <summary>
/// Makes drawn pictures look as if they had gone through a model: soft, a little noisy, with colours that are not quite right, and a few pixels off their place. A reader that has seen
/// crisp pictures alone would take a decoder's soft edges for something else.
/// </summary>
/// <param name="seed">The seed of all that is drawn by lot.</param>
internal sealed class Wear(long seed) : IDisposable
{
    private const double MostNoise = 0.04, MostTint = 0.06;

    private readonly Generator random = new((ulong)seed, CPU);

    /// <summary>Pictures (B, 3, H, W) in [0, 1], channels last → others of the same shape; each is worn as the lot has it, all are moved alike.</summary>
    public Tensor Apply(Tensor pixels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var count = pixels.shape[0];
        var x = Moved(pixels);
        var soft = nn.functional.avg_pool2d(x, 3, stride: 1, padding: 1, count_include_pad: false);
        // From as sharp as it was to softened twice over.
        x = x.lerp(nn.functional.avg_pool2d(soft, 3, stride: 1, padding: 1, count_include_pad: false).lerp(soft, Lot(count, 1)), Lot(count, 1));
        x = x * ((Lot(count, 3) * 2 - 1) * MostTint + 1);
        var noise = randn(x.shape, ScalarType.Float32, generator: random);
        return (x + noise * Lot(count, 1) * MostNoise).clamp(0, 1).MoveToOuterDisposeScope();
    }

    public void Dispose() => random.Dispose();

    private Tensor Moved(Tensor pixels)
    {
        var side = pixels.shape[2];
        var most = side / 32;
        using var place = randint(0, 2 * most + 1, [2], ScalarType.Int64, generator: random);
        var padded = nn.functional.pad(pixels, [most, most, most, most], PaddingModes.Replicate);
        return padded.narrow(2, place[0].item<long>(), side).narrow(3, place[1].item<long>(), side);
    }

    /// <summary>Numbers between 0 and 1, (B, channels, 1, 1).</summary>
    private Tensor Lot(long count, long channels) => rand([count, channels, 1, 1], ScalarType.Float32, generator: random);
}
