using Amused.Cli.Bench;
using Amused.Runtime;
using Xunit;

namespace Amused.Cli.Tests.Bench;

public sealed class PictureBenchmarkTests
{
    private static readonly string Model = GoldenFolder.FixtureModel("tiny256");

    [Fact]
    public void Every_stage_is_measured_as_often_as_was_asked_for()
    {
        List<int> calls = [];
        var row = PictureBenchmark.Measure(Load, new() { Width = 64, Height = 32, Steps = 2, GuidanceScale = 3, Batch = 2, WarmUps = 1, Repeats = 3, OnCall = calls.Add });

        Assert.Equal((64, 32, 2, 3.0, 2), (row.Width, row.Height, row.Steps, row.GuidanceScale, row.Batch));
        Assert.Equal([0, 1, 2, 3], calls);
        Assert.Equal(1, row.Seconds.Load!.Value.Count);
        foreach (var figure in new[] { row.Seconds.Text, row.Seconds.Step, row.Seconds.Decoder, row.Seconds.Whole })
            Assert.True(figure is { Count: 3, Least: > 0 }, $"{figure}");
        var (stages, whole) = (row.Seconds, row.Seconds.Whole!.Value);
        Assert.True(stages.Text!.Value.Least + 2 * stages.Step!.Value.Least + stages.Decoder!.Value.Least <= whole.Most, "the stages take longer than the whole");
        Assert.True(row.PeakMemoryBytes is null or > 10_000_000, $"{row.PeakMemoryBytes} bytes");
    }

    [Fact]
    public void The_models_own_settings_hold_where_nothing_is_asked_for()
    {
        using var pipeline = Load();
        var row = PictureBenchmark.Measure(Load, new() { WarmUps = 0, Repeats = 1 });
        Assert.Equal((pipeline.DefaultSize.Width, pipeline.DefaultSize.Height, pipeline.Defaults.Steps, 1), (row.Width, row.Height, row.Steps, row.Batch));
        Assert.Equal(pipeline.Defaults.GuidanceScale, row.GuidanceScale);
    }

    [Fact]
    public void Plain_matrix_products_are_measured_in_float32_and_bfloat16_and_in_int8_where_the_processor_multiplies_bytes()
    {
        TorchRuntime.EnsureLoaded();
        var rates = MatrixProducts.Measure(TorchSharp.torch.CPU);
        Assert.Equal(Processor.HasVnni && StableInterface.HasInt8Products ? ["bf16", "fp32", "int8"] : ["bf16", "fp32"], rates.Keys.Order());
        Assert.All(rates.Values, rate => Assert.True(rate > 0));
    }

    [Fact]
    public void It_stops_when_it_is_asked_to()
    {
        using var stop = new CancellationTokenSource();
        BenchmarkSetting setting = new() { Steps = 1, Repeats = 100, OnCall = number => { if (number == 2) stop.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => PictureBenchmark.Measure(Load, setting, stop.Token));
    }

    private static AmusedPipeline Load() => AmusedPipeline.FromPretrained(Model, new() { Precision = Precision.Float32 });
}
