using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amused.Weights;

/// <summary>
/// The index of weights that are spread over several files (<c>X.safetensors.index.json</c>): which file holds which tensor.
/// </summary>
internal sealed class ShardIndex
{
    private readonly string path;
    private readonly IReadOnlyDictionary<string, string> fileOfTensor;

    private ShardIndex(string path, IReadOnlyDictionary<string, string> fileOfTensor)
    {
        this.path = path;
        this.fileOfTensor = fileOfTensor;
    }

    /// <summary>The files, each once, in the order of their names.</summary>
    public IReadOnlyList<string> Files => [.. fileOfTensor.Values.Distinct().Order(StringComparer.Ordinal).Select(InFolder)];

    /// <summary>Reads an index. File names in it must be plain names: an index does not reach out of its folder.</summary>
    /// <exception cref="BrokenInputException">
    /// It is missing, no JSON, without <c>weight_map</c>, or names something else than files beside it.
    /// </exception>
    public static ShardIndex Read(string path)
    {
        if (ConfigJson.ReadObject(path)["weight_map"] is not JsonObject map || map.Count == 0)
            throw FileFault.Of(path, "has no \"weight_map\" from tensors to files");
        return new(path, map.ToDictionary(pair => pair.Key, pair => FileName(path, pair.Key, pair.Value)));
    }

    /// <summary>Refuses an index whose files do not hold what it says.</summary>
    /// <exception cref="BrokenInputException">A file lacks a tensor that the index places there.</exception>
    public void Check(IEnumerable<SafetensorsFile> files)
    {
        var byName = files.ToDictionary(file => Path.GetFileName(file.Path));
        foreach (var (tensor, name) in fileOfTensor)
        {
            if (!byName[name].Entries.ContainsKey(tensor))
                throw FileFault.Of(byName[name].Path,
                    $"has no tensor {FileFault.Quote(tensor)}, which {Path.GetFileName(path)} places there");
        }
    }

    /// <summary>The index's text for files that are about to be written.</summary>
    public static byte[] Compose(IEnumerable<(string FileName, IReadOnlyList<SafetensorsTensor> Tensors)> shards)
    {
        SortedDictionary<string, string> map = new(StringComparer.Ordinal);
        long size = 0;
        foreach (var (fileName, tensors) in shards)
        {
            foreach (var tensor in tensors)
            {
                map.Add(tensor.Name, fileName);
                size += tensor.ByteLength;
            }
        }
        JsonObject root = new()
        {
            ["metadata"] = new JsonObject { ["total_size"] = size },
            ["weight_map"] = JsonSerializer.SerializeToNode(map),
        };
        return ConfigJson.Compose(root);
    }

    private static string FileName(string path, string tensor, JsonNode? value)
    {
        if (value is not JsonValue text || !text.TryGetValue(out string? name))
            throw FileFault.Of(path, $"gives no file name for {FileFault.Quote(tensor)} in \"weight_map\"");
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') || Path.IsPathRooted(name))
            throw FileFault.Of(path, $"places {FileFault.Quote(tensor)} in {FileFault.Quote(name)}, which is no plain file name");
        return name;
    }

    private string InFolder(string name) => Path.Combine(Path.GetDirectoryName(path)!, name);
}
