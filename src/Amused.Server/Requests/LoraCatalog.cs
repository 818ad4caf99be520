namespace Amused.Server;

/// <summary>
/// The LoRAs that requests may name: what lies in one folder, safetensors files by their names without extension and folders by theirs.
/// </summary>
/// <remarks>A name is looked up among what is there and never made part of a path.</remarks>
public sealed class LoraCatalog(string? folder)
{
    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. Paths().Keys.Order(StringComparer.Ordinal)];

    /// <summary>The path of a LoRA.</summary>
    /// <exception cref="InvalidRequestException">There is none of that name.</exception>
    public string Find(string name) => Paths().TryGetValue(name, out var path) ? path : throw new InvalidRequestException(
        Names is { Count: > 0 } names
            ? $"no LoRA is called {FileFault.Quote(name)}: there are {string.Join(", ", names)}"
            : "this server has no LoRAs");

    private Dictionary<string, string> Paths()
    {
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        if (folder is null || !Directory.Exists(folder))
            return paths;
        foreach (var path in Directory.EnumerateFiles(folder, "*.safetensors"))
            paths[Path.GetFileNameWithoutExtension(path)] = path;
        foreach (var path in Directory.EnumerateDirectories(folder).Where(path => Directory.EnumerateFiles(path, "*.safetensors").Any()))
            paths.TryAdd(Path.GetFileName(path), path);
        return paths;
    }
}

/// <summary>A LoRA of a request.</summary>
/// <param name="Name">Its name in the server's folder.</param>
/// <param name="File">The safetensors file, or the folder with one, that has the name.</param>
/// <param name="Scale">Its strength: 1 is as it was trained.</param>
public sealed record LoraUse(string Name, string File, double Scale);
