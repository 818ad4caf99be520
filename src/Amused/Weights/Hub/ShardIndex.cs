using System.Text.Json;

namespace Amused.Weights.Hub;

/// <summary>What a <c>*.safetensors.index.json</c> says about the files that its weights are spread over.</summary>
internal static class ShardIndex
{
    /// <summary>The first shard that an index of the selection names and the selection doesn't have; null when all are there.</summary>
    /// <param name="snapshotFolder">Where the selection's small files lie.</param>
    /// <param name="selection">The selection.</param>
    public static string? FirstMissing(string snapshotFolder, FileSelection selection)
    {
        var weights = selection.Weights.ToHashSet(StringComparer.Ordinal);
        return (from index in selection.Small
                where index.Contains(".safetensors.index.", StringComparison.Ordinal)
                let folder = index[..(index.LastIndexOf('/') + 1)]
                from shard in ShardsOf(Path.Combine(snapshotFolder, index))
                where !weights.Contains(folder + shard)
                select folder + OneLine.Of(shard)).FirstOrDefault();
    }

    private static string[] ShardsOf(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString() ?? "").Distinct()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BrokenInputException($"{path} is no index of shards: it must be JSON with a weight_map", e);
        }
    }
}
