using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class LocalityLossTests
{
    private const int Factor = 4;

    /// <summary>Codes on a line, far from each other beside what noise does to a patch's mean.</summary>
    private static readonly float[] Brightness = [0, 0.25f, 0.5f, 0.75f, 1];

    public LocalityLossTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void An_encoder_that_sees_its_own_place_alone_keeps_all_codes_whatever_is_pasted_where()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(3, 24, 16);
        for (long step = 0; step < 50; step++)
            Assert.Equal(1, Compute(pixels, Patches, step).Kept);
    }

    [Fact]
    public void The_more_an_encoder_heeds_the_whole_picture_the_fewer_codes_it_keeps_and_the_more_it_loses()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(3, 64, 64);
        LocalityOutput[] means = [.. new[] { 0, 0.2, 0.8 }.Select(strength => Mean(step => Compute(pixels, Global(strength), step)))];
        Assert.True(means[0].Kept > means[1].Kept && means[1].Kept > means[2].Kept, string.Join(' ', means.Select(one => one.Kept)));
        double[] losses = [.. means.Select(one => (double)one.Loss.item<float>())];
        Assert.True(losses[0] < losses[1] && losses[1] < losses[2], string.Join(' ', losses));
    }

    [Fact]
    public void A_single_picture_has_nothing_pasted_into_it()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, Compute(Noise(1, 16, 16), Global(1), 0).Kept);
    }

    [Fact]
    public void Places_count_as_their_weights_say()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(2, 32, 32);
        var weights = (1 + linspace(-0.9, 0.9, 64).view(1, 8, 8)).expand(2, 8, 8);
        float Loss(Tensor? weight) => Compute(pixels, Global(0.8), 3, weight).Loss.item<float>();
        Assert.NotEqual(Loss(null), Loss(weights), 1e-3);
        Assert.Equal(Loss(null), (Loss(weights) + Loss(2 - weights)) / 2, 1e-5);
    }

    [Fact]
    public void The_encoder_alone_gets_a_gradient()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(2, 16, 16);
        var strength = tensor(1f, requires_grad: true);
        var codebook = Codebook().requires_grad_(true);
        Tensor Encode(Tensor picture) => Patches(picture) + strength * picture.mean([1, 2, 3], keepdim: true);
        LocalityLoss.Compute(pixels, Nearest(Encode(pixels)), null, Encode, codebook, new(RandomPurpose.Paste, 0, 0)).Loss.backward();
        Assert.Null(codebook.grad);
        Assert.NotEqual(0, strength.grad!.item<float>());
    }

    private static LocalityOutput Compute(Tensor pixels, Func<Tensor, Tensor> encode, long step, Tensor? weights = null) =>
        LocalityLoss.Compute(pixels, Nearest(encode(pixels)), weights, encode, Codebook(), new(RandomPurpose.Paste, 7, step));

    private static LocalityOutput Mean(Func<long, LocalityOutput> compute)
    {
        LocalityOutput[] all = [.. Enumerable.Range(0, 30).Select(step => compute(step))];
        return new(stack(all.Select(one => one.Loss).ToArray()).mean(), all.Average(one => one.Kept));
    }

    private static Tensor Codebook() => tensor(Brightness).view(-1, 1);

    private static Tensor Nearest(Tensor latents) => (latents.squeeze(1).unsqueeze(-1) - tensor(Brightness)).abs().argmin(-1);

    /// <summary>Patches of one brightness each; the pictures are of different brightness, so that what is pasted changes the mean.</summary>
    private static Tensor Noise(long count, long height, long width)
    {
        var patches = rand([count, 1, height / Factor, width / Factor], generator: new Generator(5)) * arange(1, count + 1).view(-1, 1, 1, 1) / count;
        return patches.repeat_interleave(Factor, 2).repeat_interleave(Factor, 3).expand(-1, 3, -1, -1);
    }

    private static Tensor Patches(Tensor pixels) => nn.functional.avg_pool2d(pixels, [Factor, Factor], [Factor, Factor]).mean([1], keepdim: true);

    private static Func<Tensor, Tensor> Global(double strength) => pixels => Patches(pixels) - strength * pixels.mean([1, 2, 3], keepdim: true);
}
