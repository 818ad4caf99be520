using Xunit;

namespace Amused.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class CoverageTests
{
    [Fact]
    public void Every_file_of_figures_is_read_by_a_test()
    {
        var read = typeof(IGoldenTests).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IGoldenTests)) && !type.IsInterface)
            .SelectMany(type => (IEnumerable<string>)type.GetProperty(nameof(IGoldenTests.FilesRead))!.GetValue(null)!)
            .ToHashSet();
        Assert.Equal([], GoldenFolder.Files().Where(IsFigure).Except(read));
    }

    /// <summary>
    /// Figures are all but the folder's description, and what training answers: of that, only LoRAs are the library's own.
    /// </summary>
    private static bool IsFigure(string file) => file is not ("README.md" or "versions.json")
        && (!file.StartsWith("training/", StringComparison.Ordinal) || file.Contains("/lora/", StringComparison.Ordinal));
}
