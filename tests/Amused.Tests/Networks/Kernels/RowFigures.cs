using Amused.Networks.Kernels;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Networks.Kernels;

/// <summary>What tests of kernels over rows share.</summary>
internal static class RowFigures
{
    public static LaneWidth Of(LaneWidthName name)
    {
        var lanes = Enum.Parse<LaneWidth>(name.ToString());
        Assert.SkipUnless(lanes <= RowKernels.Widest, $"this processor has no registers for {name}");
        return lanes;
    }

    /// <summary>Rows of numbers whose sizes differ, as those of tokens do.</summary>
    public static Tensor Numbers(int rows, int width) => (randn(rows, width) * (rand(rows, 1) + 0.2)).to(ScalarType.BFloat16);

    public static Tensor Back(Int8Rows rows) => (rows.Values.to(ScalarType.Float32) - 128) * rows.Scales.unsqueeze(1);

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected.to(ScalarType.Float64) - actual.to(ScalarType.Float64)).abs().max().item<double>(), 0, tolerance);
    }
}
