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
        Assert.SkipUnless(TorchTuning.TensorQuarantine.IsOn, "TorchSharp frees tensors as it likes here");
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

    [Fact]
    public void No_more_is_kept_than_the_bound_allows()
    {
        const int count = 64, bytes = 16 << 20;
        Assert.True((long)count * bytes > 2 * TorchTuning.TensorQuarantineBytes);
        LeaveTensors(count, bytes / sizeof(float));
        Collect();
        // Other tests leave some as well, but never more than fits.
        Assert.InRange(TensorQuarantine.Bytes, 1, TorchTuning.TensorQuarantineBytes);
    }

    [Fact]
    public void A_view_counts_for_all_that_it_keeps_in_memory()
    {
        using var whole = empty(1000, ScalarType.Float64);
        using var view = whole.narrow(0, 10, 1);
        Assert.Equal(8000, TensorQuarantine.BytesHeldBy(view.Handle));
    }

    [Fact]
    public void A_sparse_tensor_counts_for_its_numbers()
    {
        using var indices = tensor(new long[,] { { 0, 1 }, { 0, 2 } });
        using var values = ones(2);
        using var sparse = sparse_coo_tensor(indices, values, [3, 4]);
        Assert.Equal(12 * sizeof(float), TensorQuarantine.BytesHeldBy(sparse.Handle));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SumOutsideOfScopes(Tensor x) => (x + 2).square().add(0).sum().item<float>();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveTensors(int count, int numbers = 16)
    {
        for (var i = 0; i < count; i++)
            _ = empty(numbers);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
