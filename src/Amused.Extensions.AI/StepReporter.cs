using System.Diagnostics.CodeAnalysis;

namespace Amused.Extensions.AI;

/// <summary>Tells a request's progress after each step, at some of them with the pictures as they stand.</summary>
/// <param name="pipeline">What decodes them.</param>
/// <param name="progress">Whom to tell.</param>
/// <param name="format">How pictures become content.</param>
/// <param name="pictureCount">At how many steps there are pictures, evenly spaced before the last.</param>
[Experimental(Experiments.ImageGeneration)]
internal sealed class StepReporter(AmusedPipeline pipeline, IProgress<ImageProgress> progress, OutputFormat format,
    int pictureCount) : IProgress<StepProgress>
{
    public void Report(StepProgress step) => progress.Report(new(step.StepsDone, step.StepCount, ShowsPictures(step)
        ? [.. step.Images.Select(image => format.Data(pipeline.Decode(image.Predicted)))]
        : []));

    /// <summary>
    /// Whether one of the points k·n / (c + 1), k = 1 … c, is passed by this one of n steps: at most once a step, never at the last.
    /// </summary>
    private bool ShowsPictures(StepProgress step) =>
        step.StepsDone < step.StepCount && Passed(step.StepsDone, step.StepCount) > Passed(step.StepsDone - 1, step.StepCount);

    private long Passed(int done, int count) => Math.Min(done * (pictureCount + 1L) / count, pictureCount);
}
