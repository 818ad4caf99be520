using System.Text.Json;
using Amused.Cli.Bench;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class BenchCommandTests : IDisposable
{
    private const string Others = """{"source": "a paper", "results": [{"system": "another program", "width": 64, "height": 32, "steps": 2, "seconds": {"whole": 8}}]}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_combination_is_measured()
    {
        var rows = JsonDocument.Parse(Bench("--in-process", "--json", "--size", "64x32,32", "--steps", "1,2", "--batch-size", "1,2", "--precision", "fp32,bf16")).RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(16, rows.Select(row => string.Join(' ', new[] { "width", "height", "steps", "batch", "precision" }.Select(name => row.GetProperty(name)))).Distinct().Count());
        Assert.Equal(16, rows.Count);
        Assert.Equal("64 32 1 1 fp32", string.Join(' ', new[] { "width", "height", "steps", "batch", "precision" }.Select(name => rows[0].GetProperty(name))));
        Assert.All(rows, row => Assert.Equal(Path.GetFileName(TinyModel.Path), row.GetProperty("model").GetString()));
    }

    [Fact]
    public void A_process_of_its_own_gives_a_row_with_memory_and_matrix_rates()
    {
        Bench("--steps", "2", "--guidance-scale", "1.5", "--precision", "fp32", "--output", folder["bench.json"]);
        var row = Assert.Single(BenchmarkFile.Read(folder["bench.json"]));
        Assert.Equal((2, 1.5, "fp32", "cpu"), (row.Steps, row.GuidanceScale, row.Precision, row.Device));
        Assert.True(row.PeakMemoryBytes > 50_000_000, $"{row.PeakMemoryBytes} bytes");
        Assert.Equal(["bf16", "fp32"], row.MatrixGflops!.Keys.Except(["int8"]).Order());
        Assert.True(row.Seconds is { Load.Count: 1, Text.Count: 1, Step.Count: 1, Decoder.Count: 1, Whole.Count: 1 }, $"{row.Seconds}");
    }

    [Fact]
    public void Rows_of_others_stand_in_table_and_chart_with_their_source()
    {
        var others = folder.Write("others.json", Others);
        var table = Bench("--in-process", "--size", "64x32", "--steps", "2", "--compare", others, "--plot", folder["bench.png"]);
        Assert.Matches(@"(?m)^\| amused \S+ +\|.* 64 × 32 \|.*1\.00 × \|.* [MG]B \|$", table);
        Assert.Matches(@"(?m)^\| another program +\|.* 64 × 32 \|.* 8 \|", table);
        Assert.Contains("another program: a paper\n", table);
        Assert.Contains("Plain matrix products in the same processes, fp32:", table);
        Assert.Equal(1400, RgbImage.Load(folder["bench.png"]).Width);
    }

    [Fact]
    public void What_was_measured_before_a_failure_is_written_and_shown()
    {
        CliRun.Output("convert", TinyModel.Path, "--output", folder["broken"]);
        var config = folder["broken/transformer/config.json"];
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"use_bias\": false", "\"use_bias\": true", StringComparison.Ordinal));
        var run = CliRun.Of(
            "bench", "--in-process", "--model", TinyModel.Path, "--model", folder["broken"], "--steps", "1", "--warm-up", "0", "--repeats", "1", "--json", "--output", folder["bench.json"]);
        run.AssertFails(1, "use_bias");
        Assert.Equal(1, JsonDocument.Parse(run.Out).RootElement.GetProperty("results").GetArrayLength());
        Assert.Equal(Path.GetFileName(TinyModel.Path), Assert.Single(BenchmarkFile.Read(folder["bench.json"])).Model);
    }

    [Fact]
    public void Zero_repeats_show_files_without_a_model()
    {
        var table = CliRun.Output("bench", "--repeats", "0", "--compare", folder.Write("others.json", Others), "--plot", folder["bench.png"]);
        Assert.StartsWith("| program ", table);
        Assert.DoesNotContain("a step", table);
        Assert.True(File.Exists(folder["bench.png"]));
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_before_anything_is()
    {
        string[] model = ["bench", "--model", TinyModel.Path];
        CliRun.Of([.. model, "--size", "32,33"]).AssertFails(2, "--size 33x33", "33 is not a multiple of 4");
        CliRun.Of([.. model, "--size", "0x32"]).AssertFails(2, "--size", "'0x32'", "WIDTHxHEIGHT");
        CliRun.Of([.. model, "--precision", "fp32,fp33"]).AssertFails(2, "--precision", "'fp32,fp33'", "bf16");
        CliRun.Of([.. model, "--batch-size", "0"]).AssertFails(2, "--batch-size", "from 1 to 1024");
        CliRun.Of([.. model, "--repeats", "0"]).AssertFails(2, "--repeats 0", "--compare");
        CliRun.Of([.. model, "--size", "512", "--repeats", "0", "--compare", folder.Write("others.json", Others)]).AssertFails(2, "--repeats 0 measures nothing: leave --model, --size out");
        CliRun.Of([.. model, "--plot", folder["chart.txt"]]).AssertFails(2, "chart.txt");
        CliRun.Of([.. model, "--compare", folder["nothing.json"]]).AssertFails(1, "nothing.json: there is no such file");
        CliRun.Of([.. model, "--compare", folder.Write("broken.json", "{")]).AssertFails(1, "broken.json: is no file of benchmark results");
        CliRun.Of("bench", "--model", folder["nowhere"]).AssertFails(1, "nowhere");
    }

    [Fact]
    public void What_goes_wrong_in_the_other_process_is_told_in_one_line() =>
        CliRun.Of("bench", "--model", TinyModel.Path, "--device", "cuda:99").AssertFails(2, $"{Path.GetFileName(TinyModel.Path)}, auto: device 'cuda:99'");

    private string Bench(params string[] args) => CliRun.Output(["bench", "--model", TinyModel.Path, "--warm-up", "0", "--repeats", "1", .. args]);
}
