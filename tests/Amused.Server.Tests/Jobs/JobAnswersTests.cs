using Amused.Sampling;
using Amused.Server.Engine;
using Amused.Server.Jobs;
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
}
