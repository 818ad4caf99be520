using Microsoft.AspNetCore.Http;

namespace Amused.Server;

/// <summary>
/// The answer with <c>stream: true</c>: unfinished pictures along the way, evenly spread over the steps, and each finished one.
/// </summary>
internal sealed class ImageStream(HttpContext context, ImageOrder order, TimeProvider time)
{
    private readonly ServerEvents events = new(context);
    private readonly string kind = order.Task == ImageTask.Edit ? "image_edit" : "image_generation";
    private readonly int partials = order.Body.PartialImages ?? 0;
    private int sent;
    private bool begun;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Listens to a job that is about to begin.</summary>
    public JobListener Attach(Job job) => job.Listen(IsPartial);

    /// <summary>Answers with what happens to it.</summary>
    public async Task RunAsync(Job job, JobListener listener)
    {
        await foreach (var happened in listener.ReadAllAsync(context.RequestAborted))
        {
            // What fails before the first step is an error like any other.
            if (!begun && happened is JobEvent.Failed or JobEvent.Cancelled)
                await job.ResultAsync();
            if (!begun)
                await events.BeginAsync();
            begun = true;
            await WriteAsync(happened);
        }
    }

    /// <summary>Whether an unfinished picture is sent after a step.</summary>
    private bool IsPartial(int step, int steps) =>
        Enumerable.Range(1, partials).Any(part => step < steps && step == Math.Max(part, steps * part / (partials + 1)));

    private async Task WriteAsync(JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.Stepped { Previews.Count: > 0 } step:
                foreach (var (image, picture) in step.Previews.Index())
                {
                    await events.WriteAsync($"{kind}.partial_image", new PartialImageEvent(
                        $"{kind}.partial_image", Convert.ToBase64String(order.Output.File(picture)), Now, Size, "auto", "opaque",
                        order.Output.Name, sent, image));
                }
                sent++;
                break;
            case JobEvent.Finished finished:
                foreach (var (image, made) in finished.Result.Images.Index())
                {
                    await events.WriteAsync($"{kind}.completed", new CompletedImageEvent(
                        $"{kind}.completed", Convert.ToBase64String(order.Output.File(made)), Now, Size, "auto", "opaque",
                        order.Output.Name, order.Usage(), made.Image.Seed, image));
                }
                break;
            case JobEvent.Failed failed:
                await events.WriteAsync("error", new ErrorEvent("error", Errors.Describe(failed.Cause).Details));
                break;
            case JobEvent.Cancelled:
                await events.WriteAsync("error", new ErrorEvent("error", Errors.Describe(new OperationCanceledException()).Details));
                break;
        }
    }

    private string Size => $"{order.Job.Width}x{order.Job.Height}";

    /// <summary>An error after the first event.</summary>
    private sealed record ErrorEvent(string Type, ErrorDetails Error);
}
