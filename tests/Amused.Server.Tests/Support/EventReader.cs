using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Amused.Server.Tests.Support;

/// <summary>Reads server-sent events.</summary>
internal static class EventReader
{
    public static async IAsyncEnumerable<(string Name, JsonNode Data)> ReadAsync(HttpResponseMessage answer)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            yield return (item.EventType, JsonNode.Parse(item.Data)!);
    }

    public static async Task<List<(string Name, JsonNode Data)>> ReadAllAsync(HttpResponseMessage answer)
    {
        List<(string, JsonNode)> events = [];
        await foreach (var happened in ReadAsync(answer))
            events.Add(happened);
        return events;
    }
}
