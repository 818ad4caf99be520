using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace PictureBook.Drawings;

/// <summary>A set of SVG icons in iconify's JSON form, as the packages <c>@iconify-json/…</c> hold it.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Prefix">The set's name.</param>
/// <param name="Version">When the set last changed, in seconds since 1970; 0 when unknown.</param>
/// <param name="Icons">SVG bodies and their sizes by name.</param>
internal sealed record IconFile(string Path, string Prefix, long Version, IReadOnlyDictionary<string, Icon> Icons)
{
    private const string FileName = "icons.json";

    /// <summary>Reads a set.</summary>
    /// <param name="path">Its <c>icons.json</c>, a folder with that file, or the package as <c>npm pack</c> fetches it (<c>.tgz</c>).</param>
    /// <exception cref="BrokenInputException">There is no such set, or it is broken.</exception>
    public static IconFile Read(string path)
    {
        var content = FileFault.Reading(path, () => Directory.Exists(path) ? InFolder(path) : IsPackage(path) ? InPackage(path) : File.ReadAllBytes(path));
        try
        {
            using var document = JsonDocument.Parse(content);
            return Parse(path, document.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw FileFault.Of(path, "is no iconify set of icons: a JSON file with \"prefix\" and \"icons\", each of which has a \"body\"", cause);
        }
    }

    private static byte[] InFolder(string path) => FileIn(path) is { } file ? File.ReadAllBytes(file) : throw FileFault.Of(path, $"the folder has no {FileName}");

    private static string? FileIn(string folder) =>
        new[] { System.IO.Path.Combine(folder, FileName), System.IO.Path.Combine(folder, "package", FileName) }.FirstOrDefault(File.Exists);

    private static bool IsPackage(string path) => path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);

    private static byte[] InPackage(string path)
    {
        try
        {
            using GZipStream unpacked = new(File.OpenRead(path), CompressionMode.Decompress);
            using TarReader reader = new(unpacked);
            while (reader.GetNextEntry() is { } entry)
            {
                if (System.IO.Path.GetFileName(entry.Name) != FileName || entry.DataStream is null)
                    continue;
                var content = new byte[entry.Length];
                entry.DataStream.ReadExactly(content);
                return content;
            }
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw FileFault.Of(path, "is a broken or cut package", cause);
        }

        throw FileFault.Of(path, $"the package has no {FileName}");
    }

    private static IconFile Parse(string path, JsonElement root)
    {
        float width = Number(root, "width", 16), height = Number(root, "height", 16);
        Dictionary<string, Icon> icons = new(StringComparer.Ordinal);
        foreach (var icon in root.GetProperty("icons").EnumerateObject())
            icons[icon.Name] = new(icon.Value.GetProperty("body").GetString()!, Number(icon.Value, "width", width), Number(icon.Value, "height", height));
        if (root.TryGetProperty("aliases", out var aliases))
        {
            foreach (var alias in aliases.EnumerateObject())
                if (icons.TryGetValue(alias.Value.GetProperty("parent").GetString()!, out var parent))
                    icons.TryAdd(alias.Name, parent);
        }

        return new(path, root.GetProperty("prefix").GetString()!, root.TryGetProperty("lastModified", out var modified) ? modified.GetInt64() : 0, icons);
    }

    private static float Number(JsonElement element, string name, float otherwise) => element.TryGetProperty(name, out var value) ? (float)value.GetDouble() : otherwise;
}

/// <summary>One icon.</summary>
/// <param name="Body">What stands inside its <c>svg</c> element.</param>
/// <param name="Width">Its width in units of its own.</param>
/// <param name="Height">Its height in units of its own.</param>
internal sealed record Icon(string Body, float Width, float Height);
