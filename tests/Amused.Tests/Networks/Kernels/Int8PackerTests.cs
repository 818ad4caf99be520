using Amused.Networks.Kernels;
using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Kernels;

public sealed class Int8PackerTests
{
    [Theory]
    [InlineData(128, 192)]
    [InlineData(320, 64)]
    [InlineData(48, 96)]
    public void Every_matrix_of_a_shape_gives_exact_products(int outputs, int inputs)
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(Processor.HasVnni && StableInterface.HasInt8Products, "this processor has no AVX-512 VNNI");
        manual_seed(outputs);
        using var scope = NewDisposeScope();
        for (var number = 0; number < 3; number++)
        {
            var (values, x) = (randint(-127, 128, [outputs, inputs], ScalarType.Int8), randint(0, 256, [19, inputs], ScalarType.Byte));
            var packed = Int8Packer.Pack(values);
            var product = StableInterface.MultiplyInt8(x, packed.Matrix, ones(outputs), Int8Weight.Constants, ScalarType.Float32);
            Assert.True((x.to(ScalarType.Float32) - 128).mm(values.to(ScalarType.Float32).t()).Equals(product));
            packed.Matrix.Dispose();
            packed.Bytes?.Dispose();
        }
    }

    [Fact]
    public void Only_the_first_matrix_of_a_shape_is_left_to_libtorch()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(Processor.HasVnni && StableInterface.HasDescriptions, "this processor does not multiply bytes");
        using var scope = NewDisposeScope();
        var packed = Enumerable.Range(0, 3).Select(_ => Int8Packer.Pack(randint(-127, 128, [256, 320], ScalarType.Int8))).ToList();
        Assert.Equal([true, false, false], packed.Select(one => one.Bytes is null));
        packed.ForEach(one => one.Matrix.Dispose());
        packed.ForEach(one => one.Bytes?.Dispose());
    }
}
