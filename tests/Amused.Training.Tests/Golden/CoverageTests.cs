using Amused.Tests.Golden;
using Xunit;

namespace Amused.Training.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class CoverageTests
{
    [Fact]
    public void Every_file_of_training_figures_is_read_by_a_test()
    {
        var read = typeof(CoverageTests).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IGoldenTests)) && !type.IsInterface)
            .SelectMany(type => (IEnumerable<string>)type.GetProperty(nameof(IGoldenTests.FilesRead))!.GetValue(null)!)
            .ToHashSet();
        // LoRAs are the library's own, and read there.
        Assert.Equal([], GoldenFolder.Files("training/").Where(file => !file.Contains("/lora/", StringComparison.Ordinal)).Except(read));
    }
}
