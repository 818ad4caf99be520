using Xunit;

namespace Amused.Training.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateCurve.Constant, 1, 1, 1)]
    [InlineData(LearningRateCurve.ConstantWithWarmup, 0, 1, 1)]
    [InlineData(LearningRateCurve.Linear, 0, 1, 0.5)]
    [InlineData(LearningRateCurve.Cosine, 0, 1, 0.5)]
    public void A_curve_starts_peaks_and_stands_half_way_where_it_should(LearningRateCurve curve, double first, double afterWarmup, double halfWay)
    {
        LearningRateSchedule schedule = new() { Curve = curve, BaseRate = 1, WarmupUpdates = 10, TotalUpdates = 110 };
        Assert.Equal(first, schedule.At(0), 1e-12);
        Assert.Equal(afterWarmup, schedule.At(10), 1e-12);
        Assert.Equal(halfWay, schedule.At(60), 1e-12);
    }

    [Fact]
    public void Warm_up_as_long_as_the_run_never_divides_by_zero()
    {
        LearningRateSchedule schedule = new() { Curve = LearningRateCurve.Linear, BaseRate = 1, WarmupUpdates = 5, TotalUpdates = 5 };
        Assert.Equal(0.8, schedule.At(4), 1e-12);
        Assert.Equal(1, schedule.At(5), 1e-12);
        Assert.Equal(0, schedule.At(6), 1e-12);
    }

    [Fact]
    public void Settings_that_make_no_run_are_refused()
    {
        Assert.Throws<InvalidRequestException>(() => new LearningRateSchedule { BaseRate = 0, TotalUpdates = 1 });
        Assert.Throws<InvalidRequestException>(() => new LearningRateSchedule { BaseRate = double.NaN, TotalUpdates = 1 });
        Assert.Throws<InvalidRequestException>(() => new LearningRateSchedule { BaseRate = 1, TotalUpdates = 0 });
        Assert.Throws<InvalidRequestException>(() => new LearningRateSchedule { BaseRate = 1, TotalUpdates = 1, WarmupUpdates = -1 });
        Assert.Throws<InvalidRequestException>(() => new LearningRateSchedule { BaseRate = 1, TotalUpdates = 1, Cycles = 0 });
    }
}
