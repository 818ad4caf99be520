using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary>Whether the server lives.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
public sealed record HealthAnswer(string Status);

/// <summary>Whether the server takes requests.</summary>
/// <param name="Status"><c>ready</c>, <c>loading</c> or <c>stopping</c>.</param>
/// <param name="Waiting">How many jobs wait.</param>
/// <param name="ImagesRunning">How many images are under way.</param>
public sealed record ReadyAnswer(string Status, int Waiting, int ImagesRunning);

/// <summary>What the page needs to know of the server.</summary>
/// <param name="Version">The version.</param>
/// <param name="NeedsKey">Whether requests must bring a key.</param>
/// <param name="KeepsHistory">Whether pictures are kept.</param>
/// <param name="MostImages">The most pictures of a request.</param>
/// <param name="MostSteps">The most steps.</param>
/// <param name="MostPixels">The most pixels of a picture that is made.</param>
/// <param name="MostPromptLength">The most characters of a prompt.</param>
/// <param name="MostBodyBytes">The most bytes of a request.</param>
public sealed record InfoAnswer(
    string Version, bool NeedsKey, bool KeepsHistory, int MostImages, int MostSteps, int MostPixels, int MostPromptLength, long MostBodyBytes);

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/info</c>: open to all, and without a word of what is made.</summary>
internal sealed class HealthEndpoints(ServerOptions options, GenerationEngine engine, ModelManager models, HistoryHolder history)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => Results.Json(new HealthAnswer("ok"), WireJson.Options)).WithTags("Health").WithSummary("Whether the server lives.").Produces<HealthAnswer>();
        endpoints.MapGet("/readyz", Ready).WithTags("Health").WithSummary("Whether the server takes requests: 200, or 503 while it loads its first model or is about to stop.").Produces<ReadyAnswer>().Produces<ReadyAnswer>(503);
        endpoints.MapGet("/info", Info).WithTags("Health").WithSummary("Limits, and whether a key is needed.").Produces<InfoAnswer>();
    }

    private IResult Ready()
    {
        var status = engine.IsDraining ? "stopping" : options.LoadAtStart && !models.WasLoaded(options.Models[0].Id) ? "loading" : "ready";
        return Results.Json(new ReadyAnswer(status, engine.Waiting, models.Loaded.Sum(model => model.ImagesRunning)), WireJson.Options, statusCode: status == "ready" ? 200 : 503);
    }

    private IResult Info()
    {
        var limits = options.Limits;
        return Results.Json(
            new InfoAnswer(PictureSettings.Version, options.ApiKeys.Count > 0, history.Store is not null, limits.Images, limits.Steps, limits.OutputPixels, limits.PromptLength, limits.BodyBytes),
            WireJson.Options);
    }
}
