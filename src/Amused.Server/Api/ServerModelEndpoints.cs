using Amused.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary>A model as it stands. What is null is told once the model has been loaded.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Loaded">Whether it is in memory.</param>
/// <param name="Bytes">What its weights take.</param>
/// <param name="Width">Width of the pictures that it was made for, in pixels.</param>
/// <param name="Height">Their height.</param>
/// <param name="SizeMultiple">What sides must be multiples of.</param>
/// <param name="Steps">The number of steps of a request that says nothing.</param>
/// <param name="GuidanceScale">Its guidance scale.</param>
/// <param name="Temperature">Its temperature at the first and the last step.</param>
/// <param name="Precision">The arithmetic that it runs in: <c>fp32</c>, <c>bf16</c>, <c>fp16</c> or <c>int8</c>.</param>
public sealed record ServerModelAnswer(
    string Id, bool Loaded, long? Bytes, int? Width, int? Height, int? SizeMultiple, int? Steps, float? GuidanceScale,
    float[]? Temperature, string? Precision);

/// <summary>The models.</summary>
/// <param name="Data">The models, the one for requests that name none first.</param>
public sealed record ServerModelsAnswer(IReadOnlyList<ServerModelAnswer> Data);

/// <summary>The LoRAs that requests may name.</summary>
/// <param name="Data">Their names.</param>
public sealed record LorasAnswer(IReadOnlyList<string> Data);

/// <summary><c>/api/models</c> and <c>/api/loras</c>: what is there, loaded and unloaded at will.</summary>
internal sealed class ServerModelEndpoints(ServerOptions options, ModelManager models, ModelChoices choices, GenerationEngine engine)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").WithTags("Models");
        api.MapGet("/models", () =>
            Results.Json(new ServerModelsAnswer([.. options.Models.Select(model => Answer(model.Id))]), WireJson.Options))
            .WithSummary("The models, what is known of them, and whether they are in memory.").Produces<ServerModelsAnswer>();
        api.MapGet("/loras", () => Results.Json(new LorasAnswer(choices.LoraNames), WireJson.Options))
            .WithSummary("The LoRAs that requests may name.").Produces<LorasAnswer>();
        // As a parameter, since a hub id has a slash in it.
        api.MapPost("/models/load", (string id, CancellationToken cancellation) => Load(id, cancellation)).WithSummary("Loads a model.")
            .Produces<ServerModelAnswer>().Produces<ErrorBody>(404).Produces<ErrorBody>(409);
        api.MapPost("/models/unload", (string id, CancellationToken cancellation) => Unload(id, cancellation))
            .WithSummary("Takes a model out of memory, unless it is at work.").Produces<ServerModelAnswer>().Produces<ErrorBody>(404)
            .Produces<ErrorBody>(409);
    }

    private async Task<IResult> Load(string id, CancellationToken cancellation) => await engine.LoadAsync(Known(id), cancellation)
        ? Results.Json(Answer(id), WireJson.Options)
        : throw new ApiException(409, $"there is no room for the model {id} while others are at work", "id", "busy");

    private async Task<IResult> Unload(string id, CancellationToken cancellation) => await engine.UnloadAsync(Known(id), cancellation)
        ? Results.Json(Answer(id), WireJson.Options)
        : throw new ApiException(409, $"the model {id} is at work", "id", "busy");

    private string Known(string id) => choices.Find(id.Length == 0 ? "?" : id);

    private ServerModelAnswer Answer(string id)
    {
        var facts = models.FactsOf(id);
        return new(
            id, models.IsLoaded(id), facts?.Bytes, facts?.Width, facts?.Height, facts?.SizeMultiple, facts?.Defaults.Steps,
            facts?.Defaults.GuidanceScale,
            facts is null ? null : [facts.Defaults.Temperature.Start, facts.Defaults.Temperature.End],
            facts is null ? null : PrecisionNames.Of(facts.Precision));
    }
}
