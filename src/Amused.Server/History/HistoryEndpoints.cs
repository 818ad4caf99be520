using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amused.Server;

/// <summary>A picture of the history.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Url">Where its file is, as PNG with its settings in it; .jpeg and .webp give those.</param>
/// <param name="Settings">What makes it again, by the long names of the command line's options.</param>
public sealed record HistoryAnswer(string Id, DateTimeOffset Created, string Prompt, int Width, int Height, long Bytes, string Url,
    JsonNode? Settings)
{
    internal static HistoryAnswer Of(HistoryItem item) => new(
        item.Id, item.Created, item.Prompt, item.Width, item.Height, item.Bytes, $"/v1/images/files/{item.Id}.png",
        JsonNode.Parse(item.Settings));
}

/// <summary>A part of the history, newest first.</summary>
/// <param name="Data">The pictures.</param>
/// <param name="Next">What to give as <c>before</c> for the next part; null at the end.</param>
public sealed record HistoryListAnswer(IReadOnlyList<HistoryAnswer> Data, long? Next);

/// <summary><c>/api/history</c>: the pictures that were made.</summary>
internal sealed class HistoryEndpoints(HistoryHolder history)
{
    private HistoryStore History =>
        history.Store ?? throw new ApiException(404, "this server keeps no history: it was started with --no-history", null, "no_history");

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/history").WithTags("History");
        group.MapGet("", List).WithSummary("Pictures, newest first; search takes words that the prompt must hold.")
            .Produces<HistoryListAnswer>();
        group.MapGet("/{id}", (string id) => Results.Json(HistoryAnswer.Of(History.Find(id) ?? throw NotFound()), WireJson.Options))
            .WithSummary("A picture's settings.").Produces<HistoryAnswer>().Produces<ErrorBody>(404);
        group.MapDelete("/{id}", (string id) => History.Remove(id) ? Results.NoContent() : throw NotFound())
            .WithSummary("Deletes a picture.").Produces(204).Produces<ErrorBody>(404);
    }

    private static ApiException NotFound() => new(404, "there is no such picture", null, "not_found");

    private IResult List(string? search = null, long? before = null, int limit = 50)
    {
        if (limit is < 1 or > HistoryStore.LargestPart)
            throw ApiException.Value("limit", $"limit {limit} is out of range: 1 to {HistoryStore.LargestPart} are possible");
        var part = History.Search(search, before, limit);
        return Results.Json(new HistoryListAnswer([.. part.Items.Select(HistoryAnswer.Of)], part.Next), WireJson.Options);
    }
}
