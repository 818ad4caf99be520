using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>A batch of token grids with some places masked, and what stood there.</summary>
/// <param name="InputIds">(B, H, W) int64: the mask token at masked places, the image's code elsewhere. What the network sees.</param>
/// <param name="Labels">(B, H, W) int64: the image's code at masked places, <see cref="MaskedTokenLoss.Ignored"/> elsewhere. What it should say.</param>
public sealed record MaskedTokens(Tensor InputIds, Tensor Labels);
