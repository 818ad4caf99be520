using Amused.Training.Data;
using static TorchSharp.torch;

namespace Amused.Training.Vq;

/// <summary>
/// How far latents depend on the rest of the picture. A part of another picture is pasted into each one, as in CutMix (Yun et al., 2019), and every place is to keep the latent that
/// it had in the picture that it is from. Without it the same patch gets other codes in other pictures, since group norms see the whole of them, and a transformer has to learn
/// each thing once for each of its surroundings.
/// </summary>
internal static class LocalityLoss
{
    /// <summary>The mean squared distance, as a share of the latents' variance: 0 where latents depend on their own places alone, about 1 where they say nothing of them.</summary>
    /// <param name="pixels">(B, 3, H, W); with one picture there is nothing to paste, and the loss is 0.</param>
    /// <param name="latents">(B, D, h, w) float32, the encoder's of these pictures. They are what is aimed at, and get no gradient.</param>
    /// <param name="encode">The encoder: (B, 3, H, W) to (B, D, h, w) float32.</param>
    /// <param name="random">What is pasted where.</param>
    public static Tensor Compute(Tensor pixels, Tensor latents, Func<Tensor, Tensor> encode, IndexRandom random)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)latents.shape[2], (int)latents.shape[3]);
        var ((top, bottom), (left, right)) = (Stretch(height, ref random), Stretch(width, ref random));
        var isPasted = zeros([1, 1, height, width], ScalarType.Bool, latents.device);
        isPasted[.., .., top..bottom, left..right] = true;
        var mixed = Paste(pixels, isPasted.repeat_interleave(pixels.shape[2] / height, 2).repeat_interleave(pixels.shape[3] / width, 3));
        var (was, variance) = (Paste(latents.detach(), isPasted), latents.detach().var());
        return ((encode(mixed) - was).square().mean() / variance.clamp(1e-8)).MoveToOuterDisposeScope();
    }

    private static Tensor Paste(Tensor batch, Tensor isPasted) => where(isPasted, batch.roll(1, 0), batch);

    /// <summary>A quarter to three quarters of a side, at least one place.</summary>
    private static (int Start, int End) Stretch(int side, ref IndexRandom random)
    {
        int length = Math.Max(1, side / 4 + random.Next(side / 2 + 1));
        int start = random.Next(side - length + 1);
        return (start, start + length);
    }
}
