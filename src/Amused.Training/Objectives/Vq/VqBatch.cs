using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>Pictures of a step, or crops of them.</summary>
/// <param name="Pixels">(B, 3, H, W) float32 in [0, 1]; sides are multiples of the factor. Channels last in memory, which the layers keep and convolutions are faster with.</param>
/// <param name="Weights">How much each pixel counts, (B, 1, H, W) float32 above 0; null: all alike.</param>
internal sealed record VqBatch(Tensor Pixels, Tensor? Weights = null) : IDisposable
{
    /// <summary>How much each token counts: the mean over its square, (B, rows, columns); null: all alike. The caller's.</summary>
    public Tensor? TokenWeights(long rows, long columns) =>
        Weights is null ? null : nn.functional.adaptive_avg_pool2d(Weights, [rows, columns]).squeeze(1);

    public void Dispose()
    {
        Pixels.Dispose();
        Weights?.Dispose();
    }
}
