using Amused.Lora;
using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Samples;

public sealed class TrainOnOwnDataTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void The_sample_trains_a_lora_and_is_short()
    {
        Assert.Equal(0, TrainOnOwnData.Program.Main([GoldenFolder.FixtureModel("tiny256"), tiny.PathOf("run"), "2"]));
        Assert.True(LoraFile.Open(tiny.PathOf("run")).HasAlpha);
        Assert.InRange(File.ReadLines(Path.Combine(GoldenFolder.Repository, "samples", "TrainOnOwnData", "Program.cs")).Count(), 1, 59);
    }
}
