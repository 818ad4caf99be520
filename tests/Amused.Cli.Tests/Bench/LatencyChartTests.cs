using Amused.Cli.Bench;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Bench;

public sealed class LatencyChartTests
{
    private const int Here = 0x0072B2, Others = 0xD55E00, Undivided = 0x999999;

    [Fact]
    public void Stages_of_here_and_of_others_have_colours_of_their_own()
    {
        var image = LatencyChart.Draw([Row("ours", 4, step: 1, decoder: 1)], [Row("theirs", 10, step: 4, decoder: 1), Row("unknown", 6)]);
        Assert.Equal(1400, image.Width);
        var pixels = Counts(image);
        // Bars are as long as their seconds: 2 of ours, 8 of theirs, 6 of a whole.
        Assert.InRange(pixels[Others] / (double)pixels[Here], 3.5, 4.5);
        Assert.InRange(pixels[Undivided] / (double)pixels[Here], 2.7, 3.4);
        if (Environment.GetEnvironmentVariable("AMUSED_PICTURES") is { Length: > 0 } folder)
            image.Save(Path.Combine(folder, "latency.png"));
    }

    [Fact]
    public void Groups_go_from_small_pictures_to_large_ones_and_bars_from_fast_to_slow()
    {
        BenchmarkRow[] rows =
        [
            Row("no size", 1) with { Width = null }, Row("large", 9) with { Width = 512, Height = 512 }, Row("eight", 5) with { Batch = 8 }, Row("slow", 3), Row("fast", 2), new() { System = "untimed" },
        ];
        var groups = LatencyGroup.Of([.. rows.Select(row => new LatencyBar(row, true))]);
        Assert.Equal(["256 × 256, one picture", "256 × 256, 8 pictures at once", "512 × 512, one picture", "size not told, one picture"], groups.Select(group => group.Name));
        Assert.Equal(["fast", "slow"], groups[0].Bars.Select(bar => bar.Name));
    }

    [Fact]
    public void Parts_that_exceed_the_whole_are_not_drawn()
    {
        Assert.Single(new LatencyBar(Row("wrong", 3, step: 2, decoder: 1), true).Segments);
        var segments = new LatencyBar(Row("rounded", 4.9, step: 2, decoder: 1), true).Segments;
        Assert.Equal(3, segments.Count);
        Assert.Equal(4.9, segments.Sum(segment => segment.Length), 1e-9);
    }

    [Fact]
    public void Without_a_whole_call_there_is_nothing_to_draw() =>
        Assert.Throws<ArgumentException>(() => LatencyChart.Draw([], [new() { System = "untimed" }]));

    private static BenchmarkRow Row(string system, double whole, double? step = null, double? decoder = null) => new()
    {
        System = system, Width = 256, Height = 256, Steps = 2,
        Seconds = new() { Whole = Figure.Known(whole), Step = step is { } one ? Figure.Known(one) : null, Decoder = decoder is { } other ? Figure.Known(other) : null },
    };

    private static Dictionary<int, int> Counts(RgbImage image)
    {
        Dictionary<int, int> counts = [];
        // Below the legend, which has the same colours.
        for (var index = 3 * 92 * image.Width; index < image.Pixels.Length; index += 3)
        {
            var colour = image.Pixels[index] << 16 | image.Pixels[index + 1] << 8 | image.Pixels[index + 2];
            counts[colour] = counts.GetValueOrDefault(colour) + 1;
        }
        return counts;
    }
}
