using Amused.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Runtime;

public sealed class ScalarQuarantineTests
{
    [Fact]
    public async Task Numbers_that_go_to_libtorch_stay_what_they_are_while_garbage_is_collected()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(ScalarQuarantine.IsInstalled, "TorchSharp frees numbers as it likes here");
        using CancellationTokenSource stop = new();
        var collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }, TestContext.Current.CancellationToken);
        using var one = ones(16);
        // Without the quarantine such a loop ends within seconds, with a wrong sum or an error of libtorch.
        for (var i = 0; i < 30_000; i++)
        {
            using var scope = NewDisposeScope();
            var sum = (one + one) * 3 + 4;
            Assert.Equal(10, sum[5].item<float>());
        }
        await stop.CancelAsync();
        await collector;
    }
}
