using Amused.Runtime;
using Amused.Training.Data;
using Amused.Training.Vq;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Vq;

public sealed class LocalityLossTests
{
    private const int Factor = 4;

    public LocalityLossTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void An_encoder_that_sees_its_own_place_alone_loses_nothing_whatever_is_pasted_where()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(3, 24, 16);
        for (long step = 0; step < 50; step++)
            Assert.Equal(0, Loss(pixels, Patches, step), 1e-6);
    }

    [Fact]
    public void An_encoder_that_sees_the_whole_picture_loses_and_the_more_the_more_it_heeds_it()
    {
        using var scope = NewDisposeScope();
        // Pictures of different brightness, so that what is pasted changes the mean.
        var pixels = Noise(3, 16, 16) * tensor(new[] { 0.2f, 0.6f, 1f }).view(3, 1, 1, 1);
        for (long step = 0; step < 20; step++)
        {
            double none = Loss(pixels, Patches, step), some = Loss(pixels, Global(0.5), step), most = Loss(pixels, Global(2), step);
            Assert.True(none < 1e-6 && some > 1e-5 && most > some, $"{none}, {some}, {most}");
        }
    }

    [Fact]
    public void It_is_a_share_of_the_latents_variance()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(2, 16, 16);
        Assert.Equal(Loss(pixels, Global(1), 3), Loss(pixels, picture => 10 * Global(1)(picture), 3), 1e-5);
    }

    [Fact]
    public void A_single_picture_has_nothing_pasted_into_it()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, Loss(Noise(1, 16, 16), Global(1), 0), 1e-6);
    }

    [Fact]
    public void Only_the_latents_of_the_mixed_pictures_get_a_gradient()
    {
        using var scope = NewDisposeScope();
        var pixels = Noise(2, 16, 16);
        var latents = Global(1)(pixels).detach().requires_grad_(true);
        var strength = tensor(1f, requires_grad: true);
        LocalityLoss.Compute(pixels, latents, picture => Patches(picture) + strength * picture.mean([1, 2, 3], keepdim: true), new(RandomPurpose.Paste, 0, 0)).backward();
        Assert.Null(latents.grad);
        Assert.NotEqual(0, strength.grad!.item<float>());
    }

    private static double Loss(Tensor pixels, Func<Tensor, Tensor> encode, long step) =>
        LocalityLoss.Compute(pixels, encode(pixels), encode, new(RandomPurpose.Paste, 7, step)).item<float>();

    private static Tensor Noise(long count, long height, long width) => rand([count, 3, height, width], generator: new Generator(5));

    private static Tensor Patches(Tensor pixels) => nn.functional.avg_pool2d(pixels, [Factor, Factor], [Factor, Factor]);

    private static Func<Tensor, Tensor> Global(double strength) => pixels => Patches(pixels) - strength * pixels.mean([1, 2, 3], keepdim: true);
}
