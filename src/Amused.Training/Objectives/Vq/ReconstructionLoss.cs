using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// A loss for reconstructions that heeds edges as eyes do, without a trained network: absolute and squared differences, and differences of image gradients
/// on several scales (as in Mathieu et al., 2016, there on one), all of them weighted up where the picture has detail.
/// </summary>
/// <remarks>
/// Squared differences alone are content with an edge that is soft: the few pixels along it count for little beside the planes. A gradient is
/// large nowhere else.
/// </remarks>
/// <param name="options">The weights of its parts.</param>
internal sealed class ReconstructionLoss(ReconstructionLossOptions options)
{
    /// <summary>The neighbourhood in which an edge makes a place one with detail, in pixels.</summary>
    private const int Neighbourhood = 5;

    /// <summary>The most that one place can count more than one without detail, in units of the picture's mean.</summary>
    private const double MostDetail = 4;

    /// <summary>Below this mean gradient a picture is plain, and its noise is no detail.</summary>
    private const double LeastGradient = 5e-3;

    /// <summary>Computes the loss.</summary>
    /// <param name="reconstruction">(B, 3, H, W) float32, any numbers.</param>
    /// <param name="target">(B, 3, H, W) float32 in [0, 1].</param>
    /// <param name="importance">How much each place counts, (B, 1, H, W) above 0, whatever its mean; null: all alike.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor reconstruction, Tensor target, Tensor? importance = null)
    {
        using var scope = NewDisposeScope();
        var weights = options.Detail > 0 ? DetailWeights(target) : null;
        if (importance is not null)
        {
            weights = weights is null ? importance : weights * importance;
            weights /= weights.mean();
        }
        var error = reconstruction - target;
        var loss = zeros([], ScalarType.Float32, error.device);
        if (options.Absolute > 0)
            loss = loss + Mean(error.abs(), weights) * options.Absolute;
        if (options.Squared > 0)
            loss = loss + Mean(error.square(), weights) * options.Squared;
        if (options.Gradients > 0)
            loss = loss + GradientDifference(error, weights) * options.Gradients;
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>How much each place counts, (B, 1, H, W), 1 on average over each picture.</summary>
    internal Tensor DetailWeights(Tensor target)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (across, down) = Gradients(target);
        var strength = nn.functional.pad(across.abs(), [0, 1, 0, 0]) + nn.functional.pad(down.abs(), [0, 0, 0, 1]);
        var near = nn.functional.avg_pool2d(strength.mean([1], keepdim: true), [Neighbourhood, Neighbourhood], [1, 1], [Neighbourhood / 2, Neighbourhood / 2]);
        var relative = (near / near.mean([1, 2, 3], keepdim: true).clamp(LeastGradient)).clamp(0, MostDetail);
        var weights = 1 + relative * options.Detail;
        return (weights / weights.mean([1, 2, 3], keepdim: true)).MoveToOuterDisposeScope();
    }

    // Gradients are linear: the difference of two pictures' gradients is the gradient of their difference.
    private Tensor GradientDifference(Tensor error, Tensor? weights)
    {
        var sum = zeros([], ScalarType.Float32, error.device);
        var used = 0;
        for (; used < options.Scales && Math.Min(error.shape[2], error.shape[3]) > 1; used++)
        {
            var (across, down) = Gradients(error);
            sum = sum + Mean(across.abs(), weights?.narrow(3, 0, across.shape[3])) + Mean(down.abs(), weights?.narrow(2, 0, down.shape[2]));
            error = Halved(error);
            weights = weights is null ? null : Halved(weights);
        }
        return used == 0 ? sum : sum / used;
    }

    private static Tensor Halved(Tensor x) => nn.functional.avg_pool2d(x, [2, 2]);

    private static (Tensor Across, Tensor Down) Gradients(Tensor x) =>
        (x.narrow(3, 1, x.shape[3] - 1) - x.narrow(3, 0, x.shape[3] - 1), x.narrow(2, 1, x.shape[2] - 1) - x.narrow(2, 0, x.shape[2] - 1));

    private static Tensor Mean(Tensor differences, Tensor? weights) => (weights is null ? differences : differences * weights).mean();
}
