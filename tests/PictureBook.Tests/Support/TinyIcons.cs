using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace PictureBook.Tests.Support;

/// <summary>A set of icons of our own in iconify's form: simple shapes under the names that the real set has, with the colours that its drawings are turned by.</summary>
internal static class TinyIcons
{
    private const string Other = "#8a6f5c";

    private static readonly string[] Shapes =
    [
        "M2 2h28v28H2z", "M16 1l15 30H1z", "M16 2a14 14 0 1 0 0 28a14 14 0 1 0 0-28z", "M4 14h24v16H4z", "M12 2h8v28h-8z",
    ];

    private static readonly (string Icon, string Colour)[] Icons =
    [
        ("automobile", "#f8312f"), ("sailboat", "#fcd53f"), ("balloon", "#f8312f"), ("umbrella", "#8d65c5"), ("wrapped-gift", "#fcd53f"), ("teapot", "#f8312f"),
        ("house", "#f3c07b"), ("tent", "#86d72f"), ("cat", Other), ("dog", Other), ("fox", Other), ("rabbit", Other), ("pig", Other), ("elephant", Other),
        ("penguin", Other), ("frog", Other), ("duck", Other), ("spouting-whale", Other), ("rocket", Other), ("deciduous-tree", Other), ("cactus", Other),
        ("sunflower", Other), ("snowman", Other), ("castle", Other),
    ];

    /// <summary>The set's file.</summary>
    /// <param name="prefix">The set's name.</param>
    /// <param name="without">An icon that is left out.</param>
    /// <param name="body">The SVG of the car, when it shall be another one.</param>
    /// <param name="more">Icons that are put in, their SVG by their names.</param>
    public static string Json(string prefix = "fluent-emoji-flat", string? without = null, string? body = null, IReadOnlyDictionary<string, string>? more = null)
    {
        var icons = Icons.Select((icon, i) => (icon.Icon, Body: icon.Icon == "automobile" && body is not null ? body : Body(icon.Colour, i)))
            .Where(icon => icon.Icon != without)
            .Concat((more ?? new Dictionary<string, string>()).Select(icon => (Icon: icon.Key, Body: icon.Value)))
            .ToDictionary(icon => icon.Icon, icon => new { body = icon.Body });
        return JsonSerializer.Serialize(new { prefix, lastModified = 1_700_000_001, width = 32, height = 32, icons });
    }

    /// <summary>The set as a package, as npm's are.</summary>
    public static void WritePackage(string path)
    {
        using GZipStream packed = new(File.Create(path), CompressionLevel.Fastest);
        using TarWriter tar = new(packed);
        foreach (var (name, text) in new[] { ("package/package.json", "{}"), ("package/icons.json", Json()) })
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
    }

    private static string Body(string colour, int number) =>
        $"<g fill=\"none\"><path fill=\"{colour}\" d=\"{Shapes[number % Shapes.Length]}\"/><path fill=\"#212121\" d=\"M14 18h4v4h-4z\"/></g>";
}
