using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// How far tokens depend on the rest of the picture. A part of another picture is pasted into each one, as in CutMix (Yun et al., 2019), and every place is to keep the code that it
/// had in the picture that it is from. Without it the same patch gets other codes in other pictures, since group norms see the whole of them, and a transformer has to learn each
/// thing once for each of its surroundings.
/// </summary>
/// <remarks>
/// The loss is the cross-entropy of the codes, each as likely as e to its squared distance from the latent, in units of the usual distance of a latent from its code. Distances between
/// latents alone would not do: an encoder escapes from them by larger latents.
/// </remarks>
internal static class LocalityLoss
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="pixels">(B, 3, H, W); with one picture there is nothing to paste.</param>
    /// <param name="ids">The codes of these pictures, (B, h, w) int64.</param>
    /// <param name="weights">How much each place counts in the picture that it is from, (B, h, w) above 0, whatever its mean; null: all alike.</param>
    /// <param name="encode">The encoder, which alone gets a gradient: (B, 3, H, W) to (B, D, h, w) float32.</param>
    /// <param name="codebook">The codes, (codes, D).</param>
    /// <param name="random">What is pasted where.</param>
    public static LocalityOutput Compute(Tensor pixels, Tensor ids, Tensor? weights, Func<Tensor, Tensor> encode, Tensor codebook, IndexRandom random)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)ids.shape[1], (int)ids.shape[2]);
        var ((top, bottom), (left, right)) = (Stretch(height, ref random), Stretch(width, ref random));
        var isPasted = zeros([height, width], ScalarType.Bool, ids.device);
        isPasted[top..bottom, left..right] = true;
        var isPastedPixel = isPasted.repeat_interleave(pixels.shape[2] / height, 0).repeat_interleave(pixels.shape[3] / width, 1);

        var latents = encode(Paste(pixels, isPastedPixel)).permute(0, 2, 3, 1).reshape(-1, codebook.shape[1]);
        var (codes, wanted) = (codebook.detach().to(ScalarType.Float32), Paste(ids, isPasted).flatten());
        var distances = latents.square().sum(1, keepdim: true) - 2 * latents.matmul(codes.t()) + codes.square().sum(1);
        var unit = distances.detach().amin([1]).mean().clamp(1e-8);
        var losses = nn.functional.cross_entropy(-distances / unit, wanted, reduction: nn.Reduction.None);
        if (weights is not null)
        {
            var pasted = Paste(weights, isPasted).flatten();
            losses = losses * pasted / pasted.mean();
        }
        return new(losses.mean().MoveToOuterDisposeScope(), distances.argmin(1).eq(wanted).to(ScalarType.Float32).mean().item<float>());
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

/// <summary>What a part pasted into another picture does to codes.</summary>
/// <param name="Loss">The loss, a scalar with its graph.</param>
/// <param name="Kept">The share of places that keep their code.</param>
internal sealed record LocalityOutput(Tensor Loss, double Kept);
