using System.Text;
using Amused.Cli.Bench;
using Xunit;

namespace Amused.Cli.Tests.Bench;

public sealed class BenchmarkFileTests
{
    public static TheoryData<string> Documented => [.. Directory.EnumerateFiles(Path.Combine(GoldenFolder.Repository, "docs", "benchmarks"), "*.json").Select(path => Path.GetFileName(path))];

    [Fact]
    public void What_is_written_is_read_again()
    {
        BenchmarkRow row = new()
        {
            System = "amused", Machine = "a machine", Model = "a model", Width = 64, Height = 32, Steps = 4, GuidanceScale = 2.5, Batch = 2, Precision = "bf16", Device = "cpu",
            Seconds = new() { Load = Figure.Of(0.5), Step = Figure.Of(1, 2, 4), Whole = Figure.Known(9) }, PeakMemoryBytes = 12345,
        };
        var path = Path.GetTempFileName();
        try
        {
            new BenchmarkFile { Source = "here", Results = [row] }.Write(path);
            Assert.Equal(row with { Source = "here" }, Assert.Single(BenchmarkFile.Read(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_row_of_others_needs_a_name_alone_and_a_figure_may_be_a_number()
    {
        var row = Parse("""{"results": [{"system": "x", "seconds": {"whole": 3, "step": {"median": 2}}}]}""").Results[0];
        Assert.Equal(new BenchmarkRow { System = "x", Seconds = new() { Whole = new(3, 3, 3, 0), Step = new(2, 2, 2, 0) } }, row);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("{}")]
    [InlineData("""{"results": null}""")]
    [InlineData("""{"results": [null]}""")]
    [InlineData("""{"results": [{}]}""")]
    [InlineData("""{"results": [{"system": ""}]}""")]
    [InlineData("""{"results": [{"system": "x", "batch": 0}]}""")]
    [InlineData("""{"results": [{"system": "x", "steps": -1}]}""")]
    [InlineData("""{"results": [{"system": "x", "seconds": {"hole": 1}}]}""")]
    [InlineData("""{"results": [{"system": "x", "seconds": {"whole": -1}}]}""")]
    [InlineData("""{"results": [{"system": "x", "seconds": {"whole": {"median": 1, "least": 2}}}]}""")]
    [InlineData("""{"results": [{"system": "x", "seconds": {"whole": {}}}]}""")]
    public void What_is_no_such_file_is_refused_by_its_name(string json) =>
        Assert.StartsWith("the.json: ", Assert.Throws<BrokenInputException>(() => Parse(json)).Message);

    [Fact]
    public void A_file_that_is_missing_is_named() =>
        Assert.Equal("nowhere.json: there is no such file", Assert.Throws<BrokenInputException>(() => BenchmarkFile.Read("nowhere.json")).Message);

    [Theory]
    [MemberData(nameof(Documented))]
    public void The_figures_of_others_in_the_documentation_have_sources(string name)
    {
        var rows = BenchmarkFile.Read(Path.Combine(GoldenFolder.Repository, "docs", "benchmarks", name));
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.False(string.IsNullOrWhiteSpace(row.Source)));
    }

    private static BenchmarkFile Parse(string json) => BenchmarkFile.Parse("the.json", Encoding.UTF8.GetBytes(json));
}
