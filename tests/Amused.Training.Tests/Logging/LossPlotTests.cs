using Amused.Images;
using Xunit;

namespace Amused.Training.Tests.Logging;

public sealed class LossPlotTests
{
    [Fact]
    public void The_moving_average_is_centred_and_passes_over_gaps()
    {
        Assert.Equal([3, 3, double.NaN, 3], LossPlot.MovingAverage([3, 3, double.NaN, 3], 5).Select(value => Math.Round(value, 12)));
        var keep = Math.Exp(-1 / 2.0);
        Assert.Equal((keep * 1 + 4 + keep * 10) / (2 * keep + 1), LossPlot.MovingAverage([1, 4, 10], 2)[1], 1e-12);
    }

    [Fact]
    public void Both_curves_the_rate_and_the_frame_are_drawn()
    {
        var image = LossPlot.Draw([.. Run(2000)], "a run");
        Assert.Equal((1200, 750), (image.Width, image.Height));
        foreach (var colour in (int[])[0x9EC5E8, 0x0B4F8A, 0xC25B12, 0xDDDDDD, 0x222222])
            Assert.True(Count(image, colour) > 300, $"{colour:x6} is missing");
        if (Environment.GetEnvironmentVariable("AMUSED_PICTURES") is { Length: > 0 } folder)
            image.Save(Path.Combine(folder, "loss.png"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_of_a_few_steps_is_drawn_too(int steps) =>
        Assert.True(Count(LossPlot.Draw([.. Run(steps)]), 0x0B4F8A) > 0);

    [Fact]
    public void Losses_that_are_no_numbers_leave_gaps_and_nothing_else_is_refused()
    {
        Assert.True(Count(LossPlot.Draw([new(1, 2, 1e-4), new(2, double.NaN, 1e-4), new(3, double.PositiveInfinity, double.NaN), new(4, 1, 1e-4)]), 0x0B4F8A) > 0);
        Assert.Throws<ArgumentException>(() => LossPlot.Draw([new(1, double.NaN, 1e-4)]));
        Assert.Throws<ArgumentException>(() => LossPlot.Draw([]));
    }

    private static IEnumerable<LossPoint> Run(int steps)
    {
        Random random = new(0);
        for (var step = 1; step <= steps; step++)
            yield return new(step, 3.2 + 4.5 * Math.Exp(-step / 300.0) + 0.4 * (random.NextDouble() - 0.5), 1e-4 * Math.Min(1, step / 200.0));
    }

    private static int Count(RgbImage image, int colour)
    {
        var pixels = image.Pixels;
        var count = 0;
        for (var index = 0; index < pixels.Length; index += 3)
            count += (pixels[index] << 16 | pixels[index + 1] << 8 | pixels[index + 2]) == colour ? 1 : 0;
        return count;
    }
}
