using Amused.Training.Logging;
using Xunit;

namespace Amused.Training.Tests.Logging;

public sealed class ProgressMeterTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Nothing_is_known_before_the_first_step()
    {
        ProgressMeter meter = new(10, clock: clock);
        Assert.Equal((0, 0, null), (meter.ImagesPerSecond, meter.SecondsPerStep, meter.TimeLeft));
    }

    [Fact]
    public void Speed_and_time_left_follow_from_the_steps()
    {
        ProgressMeter meter = new(100, step: 90, clock: clock);
        Run(meter, steps: 5, seconds: 2, images: 8);
        Assert.Equal(95, meter.Step);
        Assert.Equal(4, meter.ImagesPerSecond, 1e-9);
        Assert.Equal(TimeSpan.FromSeconds(10), meter.TimeLeft);
        Run(meter, steps: 5, seconds: 2, images: 8);
        Assert.Equal(TimeSpan.Zero, meter.TimeLeft);
    }

    [Fact]
    public void A_slow_start_is_forgotten_after_the_window()
    {
        ProgressMeter meter = new(100, window: 3, clock: clock);
        Run(meter, steps: 1, seconds: 60, images: 1);
        Run(meter, steps: 2, seconds: 1, images: 1);
        Assert.Equal(62.0 / 3, meter.SecondsPerStep, 1e-9);
        Run(meter, steps: 1, seconds: 1, images: 1);
        Assert.Equal(1, meter.SecondsPerStep, 1e-9);
    }

    [Fact]
    public void Time_that_is_skipped_does_not_count()
    {
        ProgressMeter meter = new(100, clock: clock);
        Run(meter, steps: 2, seconds: 1, images: 4);
        clock.Advance(seconds: 500);
        meter.Skip();
        Run(meter, steps: 2, seconds: 1, images: 4);
        Assert.Equal(4, meter.ImagesPerSecond, 1e-9);
    }

    private void Run(ProgressMeter meter, int steps, double seconds, int images)
    {
        for (var step = 0; step < steps; step++)
        {
            clock.Advance(seconds);
            meter.Advance(images);
        }
    }
}
