using Amused.Runtime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class ReconstructionLossTests
{
    public ReconstructionLossTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Each_part_is_its_formula_on_a_picture_of_four_pixels()
    {
        using var scope = NewDisposeScope();
        // Differences 1, 0 / 0, 2: across |−1| and |2|, down |−1| and |2|; halved, a single pixel has no gradient.
        var target = zeros(1, 1, 2, 2);
        var made = tensor(new float[] { 1, 0, 0, 2 }, [1, 1, 2, 2]);
        double Loss(double absolute, double squared, double gradients) => new ReconstructionLoss(
            new() { Absolute = absolute, Squared = squared, Gradients = gradients, Detail = 0 }).Compute(made, target).item<float>();

        Assert.Equal(0.75, Loss(1, 0, 0), 1e-6);
        Assert.Equal(1.25, Loss(0, 1, 0), 1e-6);
        Assert.Equal(3, Loss(0, 0, 1), 1e-6);
        Assert.Equal(2 * 0.75 + 3 * 1.25 + 0.5 * 3, Loss(2, 3, 0.5), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Places_count_as_much_as_they_are_important_whatever_the_mean(float scale)
    {
        using var scope = NewDisposeScope();
        var made = tensor(new float[] { 1, 0, 0, 2 }, [1, 1, 2, 2]);
        var importance = tensor(new float[] { 1, 1, 1, 3 }, [1, 1, 2, 2]) * scale;
        ReconstructionLoss loss = new(new() { Absolute = 1, Squared = 0, Gradients = 0, Detail = 0 });
        Assert.Equal((1 * 1 + 3 * 2) / 6.0, loss.Compute(made, zeros_like(made), importance).item<float>(), 1e-6);
    }

    [Fact]
    public void A_softened_edge_costs_more_against_an_even_error_than_by_squares_alone()
    {
        using var scope = NewDisposeScope();
        var target = zeros(1, 3, 32, 32);
        target.narrow(3, 16, 16).fill_(1);
        var soft = nn.functional.avg_pool2d(nn.functional.pad(target, [2, 2, 2, 2], PaddingModes.Replicate), [5, 5], [1, 1]);
        var mse = (soft - target).square().mean().sqrt();
        var even = target + mse;
        double Ratio(ReconstructionLossOptions options)
        {
            ReconstructionLoss loss = new(options);
            return loss.Compute(soft, target).item<float>() / loss.Compute(even, target).item<float>();
        }

        Assert.Equal(1, Ratio(ReconstructionLossOptions.SquaredOnly), 1e-3);
        Assert.True(Ratio(new()) > 1.5, $"{Ratio(new())}");
    }

    [Fact]
    public void Detail_weighs_more_and_the_mean_weight_is_one()
    {
        using var scope = NewDisposeScope();
        var target = zeros(2, 3, 16, 16);
        target[0].narrow(2, 8, 8).fill_(1);
        var weights = new ReconstructionLoss(new()).DetailWeights(target);

        Assert.Equal([2, 1, 16, 16], weights.shape);
        Assert.Equal(1, weights.mean().item<float>(), 1e-5);
        Assert.True(weights[0, 0, 8, 8].item<float>() > 2 * weights[0, 0, 8, 0].item<float>());
        Assert.Equal(1, weights[1].max().item<float>(), 1e-5); // A plain picture has none.
    }

    [Fact]
    public void Weights_that_leave_nothing_are_refused() =>
        Assert.Throws<InvalidRequestException>(() => new ReconstructionLossOptions { Absolute = 0, Squared = 0, Gradients = 0 }.Validate());
}
