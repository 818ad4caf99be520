using System.Runtime.CompilerServices;
using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Runtime;

public sealed class TensorQuarantineTests
{
    public TensorQuarantineTests()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(TensorQuarantine.IsInstalled, "TorchSharp frees tensors as it likes here");
    }

    [Fact]
    public async Task What_stands_between_operations_outlives_them_while_garbage_is_collected()
    {
        await using GarbageCollecting collecting = new();
        using var x = ones(500, 500);
        // Without the quarantine one sum in some sixty is another one.
        for (var i = 0; i < 800; i++)
            Assert.Equal(9 * 500 * 500, SumOutsideOfScopes(x));
    }

    [Fact]
    public async Task What_was_left_to_the_collector_is_freed_after_a_while()
    {
        LeaveTensors(10_000);
        Collect();
        Assert.InRange(TensorQuarantine.Count, 10_000, int.MaxValue);
        await Task.Delay(TensorQuarantine.Stay * 1.2, TestContext.Current.CancellationToken);
        LeaveTensors(1);
        Collect();
        // Other tests leave some as well.
        Assert.InRange(TensorQuarantine.Count, 1, 9_000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SumOutsideOfScopes(Tensor x) => (x + 2).square().add(0).sum().item<float>();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveTensors(int count)
    {
        for (var i = 0; i < count; i++)
            _ = ones(16);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
