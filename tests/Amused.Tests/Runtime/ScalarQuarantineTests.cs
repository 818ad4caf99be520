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
        Assert.SkipUnless(TorchTuning.ScalarQuarantine.IsOn, "TorchSharp frees numbers as it likes here");
        await using GarbageCollecting collecting = new();
        using var one = ones(16);
        // Without the quarantine such a loop ends within seconds, with a wrong sum or an error of libtorch.
        for (var i = 0; i < 30_000; i++)
        {
            using var scope = NewDisposeScope();
            var sum = (one + one) * 3 + 4;
            Assert.Equal(10, sum[5].item<float>());
        }
    }
}
