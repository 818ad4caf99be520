using Amused.Sampling;
using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.Jobs;

public sealed class JobAnswersTests
{
    [Fact]
    public async Task A_job_that_is_done_has_its_pictures_however_closely_it_is_watched()
    {
        var image = new GeneratedImage(0, 1, new TokenGrid(2, 2, [1, 2, 3, 4])) { Picture = Drawings.Soft(8, 8) };
        var end = new JobEvent.Finished(new([new(null, image, [])], new(default, default, default, default), []));
        for (var round = 0; round < 2000; round++)
        {
            Job job = new(new("m", new TextToImageRequest("a fox"), 8, 8, []), TimeProvider.System);
            using var isWatched = new ManualResetEventSlim();
            var watcher = Task.Run(() =>
            {
                while (true)
                {
                    var answer = JobAnswer.Of(job, position: -1);
                    isWatched.Set();
                    if (answer.Status == JobStatus.Done)
                        return answer;
                }
            });
            isWatched.Wait();
            job.Tell(new JobEvent.Started());
            job.Tell(end);
            var done = await watcher;
            Assert.Single(done.Images);
            Assert.True(done.Started <= done.Ended);
        }
    }

    [Fact]
    public void A_job_that_has_started_meanwhile_waits_for_nobody()
    {
        Job job = new(new("m", new TextToImageRequest("a fox"), 8, 8, []), TimeProvider.System);
        Assert.Equal(3, JobAnswer.Of(job, position: 3).Position);
        job.Tell(new JobEvent.Started());
        Assert.Null(JobAnswer.Of(job, position: 3).Position);
    }

    public static TheoryData<JobEvent> Ends =>
    [
        new JobEvent.Finished(new([], new(default, default, default, default), [])),
        new JobEvent.Failed(new BrokenInputException("no room")),
        new JobEvent.Cancelled(),
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_job_that_has_ended_says_how_many_steps_have_run(JobEvent end)
    {
        Job job = new(new("m", new TextToImageRequest("a fox"), 8, 8, []), TimeProvider.System);
        job.Tell(new JobEvent.Started());
        Assert.Equal((0, null), (JobAnswer.Of(job, position: -1).Step, JobAnswer.Of(job, position: -1).Steps));
        job.Tell(new JobEvent.Stepped(new(3, 12, 0, []), [], 4.5));
        Assert.Equal(4.5, JobAnswer.Of(job, position: -1).SecondsLeft);
        job.Tell(end);
        var ended = JobAnswer.Of(job, position: -1);
        Assert.Equal((3, 12, null), (ended.Step, ended.Steps, ended.SecondsLeft));
    }
}
