using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary><c>/api/jobs</c>: submit, watch, cancel, list, delete.</summary>
internal sealed class JobEndpoints(JobRequests requests, JobRegistry jobs, GenerationEngine engine)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/jobs").WithTags("Jobs");
        group.MapPost("", (Delegate)Submit).WithSummary("Submits a job; its pictures are made when its turn comes.")
            .Accepts<JobBody>("application/json")
            .Produces<JobAnswer>(202).Produces<ErrorBody>(400).Produces<ErrorBody>(429).Produces<ErrorBody>(503);
        group.MapGet("", () => Results.Json(new JobsAnswer([.. jobs.All.Select(Answer)]), WireJson.Options))
            .WithSummary("The open jobs and the latest that have ended.").Produces<JobsAnswer>();
        group.MapGet("/{id}", (string id) => Results.Json(Answer(Find(id)), WireJson.Options)).WithSummary("A job as it stands.")
            .Produces<JobAnswer>().Produces<ErrorBody>(404);
        group.MapGet("/{id}/events", Watch)
            .WithSummary(
                "What happens to a job, as server-sent events: state (a job) at once and when it starts, step (a step) after each, at "
                + "the end done, failed or cancelled (a job).")
            .WithDescription("?previews=false leaves the pictures of the steps out.").Produces<StepAnswer>(200, "text/event-stream");
        group.MapGet("/{id}/images/{index:int}", Image).WithSummary("A finished picture as PNG.").Produces(200, contentType: "image/png")
            .Produces<ErrorBody>(404);
        group.MapPost("/{id}/cancel", Cancel).WithSummary("Cancels a job within a step.").Produces<JobAnswer>();
        group.MapDelete("/{id}", Delete).WithSummary("Cancels a job and forgets it; pictures in the history stay.").Produces(204)
            .Produces<ErrorBody>(404);
    }

    private JobAnswer Answer(Job job) => JobAnswer.Of(job, engine.PositionOf(job));

    private Job Find(string id) =>
        jobs.Find(id) ?? throw new ApiException(404, "there is no such job; those that ended long ago are forgotten", null, "not_found");

    private async Task<IResult> Submit(HttpContext context)
    {
        var body = await WireJson.ReadAsync<JobBody>(context.Request);
        var job = engine.Submit(await requests.ReadAsync(body, context.RequestAborted));
        jobs.Add(job);
        context.Response.Headers.Location = $"/api/jobs/{job.Id}";
        return Results.Json(Answer(job), WireJson.Options, statusCode: 202);
    }

    private async Task Watch(string id, HttpContext context, bool previews = true)
    {
        var job = Find(id);
        using var listener = job.Listen((_, _) => previews);
        var events = new ServerEvents(context);
        await events.BeginAsync();
        await events.WriteAsync("state", Answer(job));
        await foreach (var happened in listener.ReadAllAsync(context.RequestAborted))
        {
            await (happened switch
            {
                JobEvent.Started => events.WriteAsync("state", Answer(job)),
                JobEvent.Stepped step => events.WriteAsync("step", StepAnswer.Of(step)),
                JobEvent.Finished => events.WriteAsync("done", Answer(job)),
                JobEvent.Failed => events.WriteAsync("failed", Answer(job)),
                _ => events.WriteAsync("cancelled", Answer(job)),
            });
        }
    }

    private IResult Image(string id, int index) =>
        Find(id).Last is JobEvent.Finished { Result.Images: var images } && index >= 0 && index < images.Count
        ? Results.Bytes(images[index].Png, "image/png")
        : throw new ApiException(404, "there is no such picture (yet)", null, "not_found");

    private async Task<IResult> Cancel(string id)
    {
        var job = Find(id);
        job.Cancel();
        await job.Completion;
        return Results.Json(Answer(job), WireJson.Options);
    }

    private async Task<IResult> Delete(string id)
    {
        var job = Find(id);
        job.Cancel();
        await job.Completion;
        jobs.Remove(job);
        return Results.NoContent();
    }
}
