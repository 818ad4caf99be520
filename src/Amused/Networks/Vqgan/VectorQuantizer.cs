using Amused.Networks.Layers;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Networks.Vqgan;

/// <summary>What quantising latents gives.</summary>
/// <param name="Quantized">Codes in the place of latents, (B, D, h, w), with the gradient passed straight through to the latents.</param>
/// <param name="Ids">The codes' ids, (B, h, w) int64.</param>
/// <param name="CommitmentLoss">A scalar, in the legacy form: mean((sg(z_q) − z)²) + 0.25·mean((z_q − sg(z))²).</param>
public sealed record QuantizerOutput(Tensor Quantized, Tensor Ids, Tensor CommitmentLoss);

/// <summary>The codebook: the nearest code by L2 (van den Oord et al., 2017, section 3.1).</summary>
/// <remarks>Takes <c>embedding.weight</c> [codes, D].</remarks>
public sealed class VectorQuantizer(ParameterBuilder parameters, long codes, long width)
{
    private const double Beta = 0.25;
    private readonly Embedding embedding = new(parameters["embedding"], codes, width);

    /// <summary>The codes, [codes, D].</summary>
    public Tensor Codebook => embedding.Weight;

    /// <summary>Latents (B, D, h, w) → the nearest codes' ids (B, h, w), int64; distances in float32.</summary>
    public Tensor NearestCodes(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var (batch, height, width) = (latents.shape[0], latents.shape[2], latents.shape[3]);
        var flat = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1]).to(ScalarType.Float32);
        var distances = cdist(flat, Codebook.to(ScalarType.Float32));
        return distances.argmin(1).view(batch, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>Ids (B, h, w) → codes (B, D, h, w).</summary>
    public Tensor Lookup(Tensor ids, ScalarType type) => embedding.Forward(ids, type).permute(0, 3, 1, 2);

    /// <summary>Latents (B, D, h, w) → the nearest codes and the commitment loss.</summary>
    public QuantizerOutput Quantize(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var ids = NearestCodes(latents);
        var nearest = Lookup(ids, latents.dtype);
        var loss = (nearest.detach() - latents).square().mean() + (nearest - latents.detach()).square().mean() * Beta;
        var quantized = latents + (nearest - latents).detach();
        return new(quantized.MoveToOuterDisposeScope(), ids.MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }
}
