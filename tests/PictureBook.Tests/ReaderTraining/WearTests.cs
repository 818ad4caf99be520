using Amused.Runtime;
using PictureBook.ReaderTraining;
using Xunit;
using static TorchSharp.torch;

namespace PictureBook.Tests.ReaderTraining;

public sealed class WearTests
{
    public WearTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Worn_pictures_are_others_of_the_same_size_and_range()
    {
        using var scope = NewDisposeScope();
        using Wear wear = new(1), again = new(1);
        var pixels = zeros(4, 3, 32, 32);
        pixels[TensorIndex.Ellipsis, TensorIndex.Slice(16)] = ones(4, 3, 32, 16);
        var worn = wear.Apply(pixels);
        Assert.Equal(pixels.shape, worn.shape);
        Assert.True(worn.min().item<float>() >= 0 && worn.max().item<float>() <= 1);
        var difference = (worn - pixels).abs().mean().item<float>();
        Assert.InRange(difference, 0.001, 0.1);
        Assert.True(worn.equal(again.Apply(pixels)).all().item<bool>());
        // Each is worn in its own way.
        Assert.False(worn[0].equal(worn[1]).all().item<bool>());
    }
}
