using System.Globalization;
using Amused.Images;
using Amused.Tests.Images;
using Xunit;

namespace Amused.Training.Tests.Data;

/// <summary>Measures the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(EncodingMemoryTests), DisableParallelization = true)]
[Collection(nameof(EncodingMemoryTests))]
public sealed class EncodingMemoryTests : IDisposable
{
    private const int Count = 3000;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Category", "Long")]
    public void Encoding_takes_no_more_memory_after_the_first_thousand_pictures()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The resident size is read from /proc.");
        for (int i = 0; i < Count; i++)
        {
            folder.Write($"data/{i:D4}.png", Pictures.Noise(64 + i % 97, 64 + i % 61, i).Encode(ImageFormat.Png));
            folder.Write($"data/{i:D4}.txt", $"picture {i}");
        }

        long before = 0, most = 0;
        using var models = EncodingModels.OfCheckpoint(Path.Combine(GoldenFolder.Repository, "models", "picture-book"), EncodedText.States);
        ShardEncoder.Encode(folder["shards"], new DataSettings { Source = folder["data"], Resolution = 64 }, models, options: new()
        {
            Progress = progress =>
            {
                if (progress.Done <= 1000)
                    before = Math.Max(before, Resident());
                else
                    most = Math.Max(most, Resident());
            },
        });
        Assert.InRange(most, 1, 1_500_000_000);
        Assert.InRange(most - before, long.MinValue, 100_000_000);
    }

    private static long Resident()
    {
        const string mark = "VmRSS:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(mark, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(mark.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture) * 1024;
    }
}
