using System.Collections.Concurrent;
using System.Diagnostics;
using Amused.Images;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>
/// Brings jobs to their end: makes files of their pictures, beside the engine's thread, puts them into the history, and tells whoever
/// waits.
/// </summary>
internal sealed partial class JobFinisher(ServerOptions options, HistoryHolder history, ServerMetrics metrics, ILogger<JobFinisher> logger)
{
    private readonly ConcurrentDictionary<Job, ActivityContext> open = new();
    private readonly Lock gate = new();
    private TaskCompletionSource? allEnded;

    /// <summary>Ends when no job is open.</summary>
    public Task AllEnded
    {
        get
        {
            lock (gate)
                allEnded ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            TellIfNoneIsOpen();
            return allEnded.Task;
        }
    }

    /// <summary>Knows of a job from now on.</summary>
    public void Expect(Job job, ActivityContext parent) => open[job] = parent;

    /// <summary>Knows it no more, as it wasn't taken.</summary>
    public void Forget(Job job)
    {
        open.TryRemove(job, out _);
        TellIfNoneIsOpen();
    }

    /// <summary>Makes files of a job's pictures and ends it.</summary>
    public void Finish(Job job, GenerationResult result, ModelFacts facts) => Task.Run(() =>
    {
        try
        {
            var clock = Stopwatch.StartNew();
            List<string> notices = [.. job.Request.Notices, .. result.Notices];
            List<JobImage> images = [.. result.Images.Select(image => Save(job, image, facts, notices))];
            metrics.Stage("save", clock.Elapsed);
            End(job, new JobEvent.Finished(new(images, result.Timings, notices)));
        }
        catch (Exception e)
        {
            End(job, new JobEvent.Failed(e));
        }
    });

    /// <summary>Ends a job.</summary>
    public void End(Job job, JobEvent end)
    {
        job.Tell(end);
        if (!open.TryRemove(job, out var parent))
            return;
        metrics.Ended(job, parent);
        var seconds = ((job.Ended ?? job.Submitted) - job.Submitted).TotalSeconds;
        if (end is JobEvent.Failed { Cause: not InvalidRequestException } failed)
            LogFailed(job.Id, job.Request.Model, seconds, failed.Cause);
        else
            LogEnded(job.Id, job.Request.Kind, job.Request.Model, job.Request.ImageCount, job.Status, seconds, options.LogPrompts
                ? job.Request.Prompt
                : "(not logged)");
        TellIfNoneIsOpen();
    }

    /// <summary>The picture's file; one that can't be kept is given away all the same.</summary>
    private JobImage Save(Job job, GeneratedImage image, ModelFacts facts, List<string> notices)
    {
        var settings = HistorySettings.Of(job.Request, image, facts, options);
        var png = image.Picture.Encode(ImageFormat.Png, PictureSettings.ToText(settings, image.Picture.Width, image.Picture.Height));
        try
        {
            return new(history.Store?.Add(png, job.Request, image, settings), image, png);
        }
        catch (BrokenInputException e)
        {
            LogNotKept(job.Id, e);
            notices.Add($"a picture is not in the history: {e.Message}");
            return new(null, image, png);
        }
    }

    private void TellIfNoneIsOpen()
    {
        lock (gate)
            if (open.IsEmpty)
                allEnded?.TrySetResult();
    }

    [LoggerMessage(LogLevel.Information,
        "Job {Job}: {Kind} with {Model}, images: {Images}, {Status} after {Seconds:0.00} s; prompt {Prompt}")]
    private partial void LogEnded(string job, string kind, string model, int images, JobStatus status, double seconds, string prompt);

    [LoggerMessage(LogLevel.Error, "A picture of job {Job} could not be kept")]
    private partial void LogNotKept(string job, Exception cause);

    [LoggerMessage(LogLevel.Error, "Job {Job} with {Model} failed after {Seconds:0.00} s")]
    private partial void LogFailed(string job, string model, double seconds, Exception cause);
}
