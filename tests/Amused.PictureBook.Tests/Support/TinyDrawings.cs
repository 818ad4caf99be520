using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amused.PictureBook.Drawings;

namespace Amused.PictureBook.Tests.Support;

/// <summary>A set of icons of our own in iconify's form: simple shapes under the names that the real set has, with the colours that its drawings are turned by.</summary>
internal static class TinyDrawings
{
    private static readonly string[] Shapes =
    [
        "M2 2h28v28H2z", "M16 1l15 30H1z", "M16 2a14 14 0 1 0 0 28a14 14 0 1 0 0-28z", "M4 14h24v16H4z", "M12 2h8v28h-8z",
    ];

    private static readonly Lazy<DrawingSet> Loaded = new(() =>
    {
        using TemporaryFolder folder = new();
        return DrawingSet.Load(folder.Write("icons.json", Json()));
    });

    /// <summary>The set, loaded once.</summary>
    public static DrawingSet Set => Loaded.Value;

    /// <summary>The set with icons that the drawn world has no things for.</summary>
    /// <param name="more">Their SVG by their names.</param>
    public static DrawingSet With(IReadOnlyDictionary<string, string> more)
    {
        using TemporaryFolder folder = new();
        return DrawingSet.Load(folder.Write("icons.json", Json(more: more)));
    }

    /// <summary>The set's file.</summary>
    /// <param name="prefix">The set's name.</param>
    /// <param name="without">An icon that is left out.</param>
    /// <param name="body">The SVG of the car, when it shall be another one.</param>
    /// <param name="more">Icons that are put in, their SVG by their names.</param>
    public static string Json(string prefix = FluentDrawings.Prefix, string? without = null, string? body = null, IReadOnlyDictionary<string, string>? more = null)
    {
        var icons = FluentDrawings.Table.Values.Select((drawing, i) => (drawing.Icon, Body: Body(drawing, i)))
            .Where(icon => icon.Icon != without)
            .Concat((more ?? new Dictionary<string, string>()).Select(icon => (Icon: icon.Key, Body: icon.Value)))
            .ToDictionary(icon => icon.Icon, icon => new { body = icon.Icon == "automobile" && body is not null ? body : icon.Body });
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

    private static string Body(Drawing drawing, int number)
    {
        string own = drawing.Main.Split(' ')[0] is { Length: > 0 } main ? main : "#8a6f5c";
        return $"<g fill=\"none\"><path fill=\"{own}\" d=\"{Shapes[number % Shapes.Length]}\"/><path fill=\"#212121\" d=\"M14 18h4v4h-4z\"/></g>";
    }
}
