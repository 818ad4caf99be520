using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

/// <summary>How close an answer must come to a figure.</summary>
public static class Agreement
{
    /// <summary>The largest difference allowed, relative to the figure's largest value.</summary>
    private const double Tolerance = 1e-4;

    public static void AssertClose(string what, Tensor expected, Tensor actual, double tolerance = Tolerance)
    {
        Assert.True(expected.shape.SequenceEqual(actual.shape),
            $"{what}: shape [{string.Join(", ", actual.shape)}] instead of [{string.Join(", ", expected.shape)}]");
        using var scope = NewDisposeScope();
        var largest = expected.abs().max().item<float>();
        var difference = (expected - actual.to(ScalarType.Float32)).abs().max().item<float>();
        Assert.True(difference <= tolerance * largest, $"{what}: differs by {difference} where the largest value is {largest}");
    }

    public static void AssertSame(string what, Tensor expected, Tensor actual)
    {
        Assert.True(expected.shape.SequenceEqual(actual.shape),
            $"{what}: shape [{string.Join(", ", actual.shape)}] instead of [{string.Join(", ", expected.shape)}]");
        using var scope = NewDisposeScope();
        var different = expected.ne(actual).sum().item<long>();
        Assert.True(different == 0, $"{what}: {different} of {expected.numel()} values differ");
    }
}
