
namespace Amused.Server;

/// <summary>A job whose steps run.</summary>
/// <param name="Job">The job.</param>
/// <param name="Generation">Its place in the batch.</param>
internal sealed record RunningJob(Job Job, Generation Generation)
{
    /// <summary>Tells the job's listeners of a step.</summary>
    public void TellStep(double secondsPerStep)
    {
        var (done, all) = (Generation.StepsDone, Generation.StepCount);
        var previews = Job.WantsPreview(done, all) ? Enumerable.Range(0, Generation.ImageCount).Select(Generation.Preview) : [];
        Job.Tell(new JobEvent.Stepped(Generation.Progress(), [.. previews], (all - done) * secondsPerStep));
    }
}
