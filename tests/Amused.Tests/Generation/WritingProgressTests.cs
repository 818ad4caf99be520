using Xunit;

namespace Amused.Tests;

public sealed class WritingProgressTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Quantising_says_after_each_tensor_how_far_each_network_is() =>
        AssertWhole(told => CheckpointQuantizer.Quantize(TinyPipeline.Folder256, folder["q"], progress: told));

    [Fact]
    public void Saving_says_after_each_tensor_how_far_each_network_is()
    {
        using var pipeline = AmusedPipeline.FromPretrained(TinyPipeline.Folder256);
        AssertWhole(told => pipeline.Save(folder["saved"], progress: told));
    }

    private static void AssertWhole(Action<IProgress<(string Part, long Written, long Bytes)>> write)
    {
        Told told = new();
        write(told);
        Assert.Equal(["transformer", "vqvae", "text_encoder"], told.All.Select(now => now.Part).Distinct());
        foreach (var network in told.All.GroupBy(now => now.Part))
        {
            Assert.True(network.Count() > 10);
            Assert.Equal(network.Select(now => now.Written).Order(), network.Select(now => now.Written));
            Assert.Equal(network.Last().Bytes, network.Last().Written);
        }
    }

    private sealed class Told : IProgress<(string Part, long Written, long Bytes)>
    {
        public List<(string Part, long Written, long Bytes)> All { get; } = [];

        public void Report((string Part, long Written, long Bytes) value) => All.Add(value);
    }
}
