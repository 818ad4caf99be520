using Amused.Images;

namespace Amused.Server;

/// <summary>A job as it stands.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Kind"><c>generate</c>, <c>img2img</c> or <c>inpaint</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="N">How many pictures.</param>
/// <param name="Width">Their width in pixels.</param>
/// <param name="Height">Their height.</param>
/// <param name="Position">How many jobs wait before it; null when it doesn't wait.</param>
/// <param name="Step">How many steps have run.</param>
/// <param name="Steps">How many run in all; null before the first.</param>
/// <param name="SecondsLeft">How long the others will take, about; null before the first and when the job has ended.</param>
/// <param name="Submitted">When it was submitted.</param>
/// <param name="Started">When its steps began.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Images">The pictures, once they are there.</param>
/// <param name="Notices">What the user should know, a line each.</param>
/// <param name="Error">Why it failed.</param>
public sealed record JobAnswer(
    string Id, JobStatus Status, string Kind, string Model, string Prompt, int N, int Width, int Height, int? Position, int Step,
    int? Steps, double? SecondsLeft,
    DateTimeOffset Submitted, DateTimeOffset? Started, DateTimeOffset? Ended, IReadOnlyList<JobImageAnswer> Images,
    IReadOnlyList<string> Notices, ErrorDetails? Error)
{
    internal static JobAnswer Of(Job job, int position)
    {
        var (request, state) = (job.Request, job.Snapshot());
        var (status, last, started, ended) = state;
        var result = (last as JobEvent.Finished)?.Result;
        return new(
            job.Id, status, request.Kind, request.Model, request.Prompt, request.ImageCount, request.Width, request.Height,
            status == JobStatus.Queued && position >= 0 ? position : null,
            state.Steps?.Done ?? 0, state.Steps?.All, (last as JobEvent.Stepped)?.SecondsLeft, job.Submitted, started, ended,
            [.. (result?.Images ?? []).Select((image, i) => JobImageAnswer.Of(job, image, i))], result?.Notices
                ?? request.Notices, last is JobEvent.Failed failed ? Errors.Describe(failed.Cause).Details : null);
    }
}

/// <summary>The jobs, the latest first.</summary>
/// <param name="Data">The jobs.</param>
public sealed record JobsAnswer(IReadOnlyList<JobAnswer> Data);

/// <summary>A picture of a job.</summary>
/// <param name="Url">Where its file is, as PNG with its settings in it.</param>
/// <param name="HistoryId">Its id in the history; null when it isn't kept.</param>
/// <param name="Seed">The seed that makes it again.</param>
public sealed record JobImageAnswer(string Url, string? HistoryId, long Seed)
{
    internal static JobImageAnswer Of(Job job, JobImage image, int index) =>
        new($"/api/jobs/{job.Id}/images/{index}", image.Id, image.Image.Seed);
}

/// <summary>A step, as an event tells it.</summary>
/// <param name="Step">How many steps have run.</param>
/// <param name="Steps">How many run in all.</param>
/// <param name="SecondsLeft">How long the others will take, about.</param>
/// <param name="Images">Each picture.</param>
public sealed record StepAnswer(int Step, int Steps, double SecondsLeft, IReadOnlyList<StepImageAnswer> Images)
{
    internal static StepAnswer Of(JobEvent.Stepped step) => new(
        step.Progress.StepsDone, step.Progress.StepCount, step.SecondsLeft,
        [.. step.Progress.Images.Select((image, i) => StepImageAnswer.Of(image, i < step.Previews.Count ? step.Previews[i] : null))]);
}

/// <summary>A picture after a step.</summary>
/// <param name="Rows">Height of the token grid.</param>
/// <param name="Columns">Its width.</param>
/// <param name="Known">How many tokens are known.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Masked">A character for each token, in rows from the top: 1 where it is still to be filled in, 0 where it is known.</param>
/// <param name="Preview">
/// The picture as a data URL, as it would be if all that the step drew stayed; null where no preview was asked for.
/// </param>
public sealed record StepImageAnswer(int Rows, int Columns, int Known, int Total, string Masked, string? Preview)
{
    internal static StepImageAnswer Of(StepImage image, RgbImage? preview) => new(
        image.Tokens.Rows, image.Tokens.Columns, image.Masked.Count(masked => !masked), image.Masked.Length,
        string.Concat(image.Masked.Select(masked => masked ? '1' : '0')),
        preview is null ? null : $"data:image/webp;base64,{Convert.ToBase64String(preview.Encode(ImageFormat.Webp, quality: 85))}");
}
