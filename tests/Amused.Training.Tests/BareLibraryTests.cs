using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests;

/// <summary>Training in a program that chooses nothing, where only what corrects wrong results is changed in libtorch.</summary>
public sealed class BareLibraryTests
{
    [Fact]
    public void A_run_is_the_same_while_garbage_is_collected() => BareProcess.RunExplicit(typeof(InBareProcess));

    /// <summary>What runs there.</summary>
    public sealed class InBareProcess : IDisposable
    {
        private readonly TinyRun tiny = new();

        public void Dispose() => tiny.Dispose();

        [Theory(Explicit = true)]
        [InlineData(false)]
        [InlineData(true)]
        public async Task Losses_stay_the_same(bool recomputes)
        {
            var config = tiny.Config("quiet") with { MaxSteps = 12, GradientCheckpointing = recomputes };
            var expected = TinyRun.Losses(config);
            await using GarbageCollecting collecting = new();
            Assert.Equal(expected, TinyRun.Losses(config with { Output = tiny.PathOf("collecting") }));
        }
    }
}
