using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary><c>/v1/models</c>: what can be asked for.</summary>
internal sealed class ModelEndpoints(ServerOptions options, TimeProvider time)
{
    private readonly long started = time.GetUtcNow().ToUnixTimeSeconds();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v1/models").WithTags("OpenAI models");
        group.MapGet("", () =>
            Results.Json(new ModelsAnswer("list", [.. options.Models.Select(model => Answer(model.Id))]), WireJson.Options))
            .WithSummary("The models.").Produces<ModelsAnswer>();
        // A hub id has a slash in it.
        group.MapGet("/{**id}", (string id) => options.Models.Any(model => model.Id == id)
                ? Results.Json(Answer(id), WireJson.Options)
                : throw new ApiException(404, $"the model {FileFault.Quote(id)} is not here", "model", "model_not_found"))
            .WithSummary("One model.").Produces<ModelAnswer>().Produces<ErrorBody>(404);
    }

    private ModelAnswer Answer(string id) => new(id, "model", started, "amused");
}
