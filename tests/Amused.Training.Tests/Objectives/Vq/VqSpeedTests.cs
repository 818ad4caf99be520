using Amused.Training.Tests.Logging;
using Xunit;

namespace Amused.Training.Tests.Objectives;

public sealed class VqSpeedTests
{
    [Fact]
    public void What_is_left_is_reckoned_by_pixels_and_the_speed_by_the_phases_own_pictures()
    {
        ManualClock clock = new();
        VqTrainingConfig config = new() { Data = new() { Resolution = 16 }, Plan = new() { CropSize = 8, CropSteps = 4, WholeSteps = 4, QuantizedSteps = 0, BatchSize = 2 } };
        var (crops, whole) = (config.Phases[0], config.Phases[1]);
        VqSpeed speed = new(clock, config);

        speed.BeginPhase();
        Step(crops, stepsLeft: 3, seconds: 1);
        var second = Step(crops, stepsLeft: 2, seconds: 1);
        Assert.Equal((2, 8), (second.ImagesPerSecond, second.Steps));
        // 256 pixels took 2 seconds; 2 steps of 2 crops and 4 steps of a whole picture are 5 times as many.
        Assert.Equal(TimeSpan.FromSeconds(10), second.Remaining);

        clock.Advance(100);
        speed.BeginPhase();
        Assert.Equal(0.5, Step(whole, stepsLeft: 3, seconds: 2).ImagesPerSecond);

        VqStepReport Step(VqPhase phase, long stepsLeft, int seconds)
        {
            clock.Advance(seconds);
            VqStepReport report = new() { Phase = phase.Name, Pictures = phase.BatchSize, Loss = 0, ReconstructionLoss = 0, Psnr = 0, LearningRate = 0, GradientNorm = 0, Applied = true };
            return speed.Complete(report, phase, stepsLeft, waitingShare: 0);
        }
    }
}
