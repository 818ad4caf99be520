using Amused.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary><c>/v1/images</c>: the OpenAI images interface.</summary>
internal sealed class ImageEndpoints(ImageRequests requests, GenerationEngine engine, JobRegistry jobs, HistoryHolder history,
    ServerOptions options, TimeProvider time)
{
    private readonly PublicOrigin? origin = PublicOrigin.Of(options);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v1/images").WithTags("OpenAI images");
        Describe(group.MapPost("/generations", (Delegate)((HttpContext context) => Serve(context, ImageTask.Generation))),
            "Makes pictures from words.");
        Describe(group.MapPost("/edits", (Delegate)((HttpContext context) => Serve(context, ImageTask.Edit))),
            "Changes a picture: where the mask is transparent, or all of it.", "multipart/form-data");
        Describe(group.MapPost("/variations", (Delegate)((HttpContext context) => Serve(context, ImageTask.Variation))),
            "Makes pictures like a given one.", "multipart/form-data");
        group.MapGet("/files/{file}", (string file) => File(file))
            .WithSummary("A picture that an answer gave the address of, as png, jpeg or webp.");
    }

    private static void Describe(RouteHandlerBuilder route, string summary, params string[] otherTypes) => route
        .WithSummary(summary).Accepts<ImageBody>("application/json", otherTypes).Produces<ImagesAnswer>()
        .Produces<ErrorBody>(400).Produces<ErrorBody>(401).Produces<ErrorBody>(404).Produces<ErrorBody>(429).Produces<ErrorBody>(503);

    private async Task Serve(HttpContext context, ImageTask task)
    {
        var order = await requests.ReadAsync(await ImageForm.ReadAsync(context.Request), task, context.RequestAborted);
        var stream = order.Body.Stream == true ? new ImageStream(context, order, time) : null;
        JobListener? listener = null;
        var job = engine.Submit(order.Job, job => listener = stream?.Attach(job));
        jobs.Add(job);
        // Whoever goes away gives the job up.
        await using var gone = context.RequestAborted.Register(job.Cancel);
        try
        {
            if (stream is not null)
                await stream.RunAsync(job, listener!);
            else
                await AnswerAsync(context, order, await job.ResultAsync());
        }
        finally
        {
            listener?.Dispose();
            job.Cancel();
        }
    }

    private async Task AnswerAsync(HttpContext context, ImageOrder order, JobResult result)
    {
        var asUrl = order.Body.ResponseFormat == "url";
        var images = result.Images.Select(image => new ImageAnswer(
            asUrl ? null : Convert.ToBase64String(order.Output.File(image)),
            asUrl ? Address(context.Request, order, image) : null,
            image.Image.Seed));
        await context.Response.WriteAsJsonAsync(
            new ImagesAnswer(time.GetUtcNow().ToUnixTimeSeconds(), [.. images], "opaque", order.Output.Name, "auto",
                $"{order.Job.Width}x{order.Job.Height}", order.Usage(), result.Notices),
            WireJson.Options, context.RequestAborted);
    }

    private string Address(HttpRequest request, ImageOrder order, JobImage image) => image.Id is { } id
        ? $"{origin?.Text ?? $"{request.Scheme}://{request.Host}"}/v1/images/files/{id}.{order.Output.Name}"
        : throw new ApiException(500, "the picture could not be kept, so there is no address of it: ask for b64_json", "response_format",
            "not_kept");

    private IResult File(string file)
    {
        var extension = Path.GetExtension(file);
        var format = extension is ".png" or ".jpeg" or ".webp" ? extension[1..] : null;
        if (format is null || history.Store?.Read(Path.GetFileNameWithoutExtension(file)) is not { } png)
            throw new ApiException(404, "there is no such picture", null, "not_found");
        return Results.Bytes(format == "png"
            ? png
            : RgbImage.Load(png, file).Encode(ImageOutput.Parse(format), quality: format == "webp" ? 100 : RgbImage.DefaultQuality),
                $"image/{format}");
    }
}
