using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class MaskedTokenLossTests
{
    /// <summary>Two images of one place each and a codebook of two, as logits (B, codebook, H, W): code 1 is three times as likely in the first.</summary>
    private static Tensor Logits => tensor([0f, MathF.Log(3), 0f, 0f], [2, 2, 1, 1]);

    private static Tensor OnlyTheFirst => tensor([1L, MaskedTokenLoss.Ignored], [2, 1, 1]);

    [Fact]
    public void Unmasked_places_do_not_count()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Math.Log(4 / 3.0), MaskedTokenLoss.Compute(Logits, OnlyTheFirst).item<float>(), 1e-6);
    }

    [Fact]
    public void The_mean_is_over_all_masked_places_of_the_batch_not_over_images()
    {
        using var scope = NewDisposeScope();
        var logits = tensor([0f, 0f, 0f, MathF.Log(3), MathF.Log(3), MathF.Log(3)], [1, 2, 1, 3]);
        var labels = tensor([0L, 0, 0, 1, MaskedTokenLoss.Ignored, MaskedTokenLoss.Ignored], [2, 1, 3]);
        Assert.Equal((3 * Math.Log(4) + Math.Log(4 / 3.0)) / 4, MaskedTokenLoss.Compute(cat([logits, logits]), labels).item<float>(), 1e-6);
    }

    [Fact]
    public void Label_smoothing_spreads_its_share_over_the_codebook()
    {
        using var scope = NewDisposeScope();
        var loss = MaskedTokenLoss.Compute(Logits, OnlyTheFirst, labelSmoothing: 0.1);
        Assert.Equal(0.95 * Math.Log(4 / 3.0) + 0.05 * Math.Log(4), loss.item<float>(), 1e-6);
    }

    [Fact]
    public void Places_count_by_their_weights_and_those_that_are_not_masked_still_do_not()
    {
        using var scope = NewDisposeScope();
        var labels = tensor([1L, 0L], [2, 1, 1]);
        double Loss(Tensor labels, params float[] weights) => MaskedTokenLoss.Compute(Logits, labels, weights: tensor(weights, [2, 1, 1])).item<float>();

        Assert.Equal((3 * Math.Log(4 / 3.0) + Math.Log(2)) / 4, Loss(labels, 3, 1), 1e-6);
        Assert.Equal(MaskedTokenLoss.Compute(Logits, labels).item<float>(), Loss(labels, 0.2f, 0.2f), 1e-6);
        Assert.Equal(Math.Log(4 / 3.0), Loss(OnlyTheFirst, 0.5f, 100), 1e-6);
    }

    [Fact]
    public void Half_precision_logits_are_widened_first()
    {
        using var scope = NewDisposeScope();
        var (labels, narrow) = (tensor([1L, 0L], [2, 1, 1]), Logits.to(ScalarType.BFloat16));
        var loss = MaskedTokenLoss.Compute(narrow, labels);
        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.Equal(MaskedTokenLoss.Compute(narrow.to(ScalarType.Float32), labels).item<float>(), loss.item<float>());
    }
}
