using PictureBook.Drawings;

namespace PictureBook.Tests.Support;

/// <summary>The drawings that <see cref="TinyIcons"/> are read to.</summary>
internal static class TinyDrawings
{
    private static readonly Lazy<DrawingSet> Loaded = new(() => Load(TinyIcons.Json()));

    /// <summary>The set, loaded once.</summary>
    public static DrawingSet Set => Loaded.Value;

    /// <summary>The set with icons that the drawn world has no things for.</summary>
    /// <param name="more">Their SVG by their names.</param>
    public static DrawingSet With(IReadOnlyDictionary<string, string> more) => Load(TinyIcons.Json(more: more));

    private static DrawingSet Load(string json)
    {
        using TemporaryFolder folder = new();
        return DrawingSet.Load(folder.Write("icons.json", json));
    }
}
