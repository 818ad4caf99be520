using System.Collections.Concurrent;
using Amused.Lora;
using PictureBook.Scenes;
using SkiaSharp;
using Svg.Skia;

namespace PictureBook.Drawings;

/// <summary>
/// The things as pictures: each one is drawn once in a colour and a size, and kept. Safe for use by several threads.
/// </summary>
public sealed class DrawingSet
{
    /// <summary>The side at which a drawing's visible part is measured, in pixels.</summary>
    private const int MeasuredSide = 256;

    private static readonly Dictionary<string, IReadOnlyDictionary<string, Drawing>> Tables = new(StringComparer.Ordinal)
    {
        [FluentDrawings.Prefix] = FluentDrawings.Table,
        [NotoDrawings.Prefix] = NotoDrawings.Table,
    };

    private readonly IconFile icons;
    private readonly IReadOnlyDictionary<string, Drawing> table;
    private readonly ConcurrentDictionary<(string Thing, ThingColour Colour), Lazy<Vector>> vectors = new();
    private readonly ConcurrentDictionary<(string Thing, ThingColour Colour, int Side), Lazy<SKImage>> sprites = new();

    private DrawingSet(IconFile icons, IReadOnlyDictionary<string, Drawing> table)
    {
        this.icons = icons;
        this.table = table;
    }

    /// <summary>The set's name, such as <c>fluent-emoji-flat</c>.</summary>
    public string Name => icons.Prefix;

    /// <summary>When the set last changed, in seconds since 1970; 0 when unknown.</summary>
    public long Version => icons.Version;

    /// <summary>Reads a set of drawings: <c>@iconify-json/fluent-emoji-flat</c> or <c>@iconify-json/noto</c>.</summary>
    /// <param name="path">Its <c>icons.json</c>, a folder with that file, or the package as <c>npm pack</c> fetches it (<c>.tgz</c>).</param>
    /// <exception cref="BrokenInputException">There is no such set, it is broken, unknown, or lacks a drawing.</exception>
    public static DrawingSet Load(string path)
    {
        var icons = IconFile.Read(path);
        if (!Tables.TryGetValue(icons.Prefix, out var table))
            throw FileFault.Of(path, $"the icons of {FileFault.Quote(icons.Prefix)} are not known as drawings: use those of {string.Join(" or ", Tables.Keys)}");
        if (AllThings.Table.FirstOrDefault(thing => !icons.Icons.ContainsKey(table[thing.Name].Icon)) is { } missing)
            throw FileFault.Of(path, $"has no icon {FileFault.Quote(table[missing.Name].Icon)}, the drawing of the {missing.Name}");
        return new(icons, table);
    }

    /// <summary>A thing that the drawn world doesn't have, shown by an icon of the set as it is; it stands on the ground.</summary>
    /// <param name="name">Its noun, which is the icon's name but for hyphens: <c>robot</c>, <c>crystal ball</c>.</param>
    /// <exception cref="InvalidRequestException">The set has no such icon, or the drawn world has the thing already.</exception>
    public Thing Newcomer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (AllThings.Find(name) is not null)
            throw new InvalidRequestException($"{FileFault.Quote(name)} is no newcomer: the drawn world has it already");
        return icons.Icons.ContainsKey(IconOf(name))
            ? new(name, HasColours: false, Habitat.Land)
            : throw new InvalidRequestException($"{Name} has no icon {FileFault.Quote(IconOf(name))}; the nearest are {string.Join(", ", NearNames.Of(IconOf(name), icons.Icons.Keys))}");
    }

    /// <summary>A thing whose visible part just fits a square.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="side">The square's side in pixels, at least 1.</param>
    /// <returns>The picture, as narrow or low as the thing is; it belongs to the set.</returns>
    /// <exception cref="BrokenInputException">The drawing is no SVG, or shows nothing.</exception>
    public SKImage Draw(Thing thing, ThingColour colour, int side)
    {
        ArgumentNullException.ThrowIfNull(thing);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        return sprites.GetOrAdd((thing.Name, colour, side), key => new(() => Rasterise(VectorOf(thing, colour), key.Side))).Value;
    }

    private static string IconOf(string noun) => noun.Replace(' ', '-');

    private Vector VectorOf(Thing thing, ThingColour colour) => vectors.GetOrAdd((thing.Name, colour), _ => new(() => Parse(thing, colour))).Value;

    private Vector Parse(Thing thing, ThingColour colour)
    {
        var drawing = table.GetValueOrDefault(thing.Name) ?? new(IconOf(thing.Name));
        var icon = icons.Icons[drawing.Icon];
        // No package of fonts or of HarfBuzz comes along.
        if (icon.Body.Contains("<text", StringComparison.Ordinal))
            throw FileFault.Of(icons.Path, $"the icon {FileFault.Quote(drawing.Icon)} has text in it, which is not drawn");
        var text = $"""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{icon.Width}" height="{icon.Height}">{drawing.Recolour(icon.Body, colour)}</svg>
            """;
        SKPicture? picture = null;
        try
        {
            picture = new SKSvg().FromSvg(text);
        }
        catch (Exception cause) when (cause is System.Xml.XmlException or FormatException or ArgumentException)
        {
            throw FileFault.Of(icons.Path, $"the icon {FileFault.Quote(drawing.Icon)} is no SVG that can be drawn", cause);
        }

        return picture is not null && Measure(picture, icon) is { IsEmpty: false } bounds
            ? new(picture, bounds)
            : throw FileFault.Of(icons.Path, $"the icon {FileFault.Quote(drawing.Icon)} shows nothing");
    }

    /// <summary>The visible part, in the icon's units.</summary>
    private static SKRect Measure(SKPicture picture, Icon icon)
    {
        float scale = MeasuredSide / Math.Max(icon.Width, icon.Height);
        using SKBitmap bitmap = new(new SKImageInfo(MeasuredSide, MeasuredSide, SKColorType.Alpha8, SKAlphaType.Premul));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear();
            canvas.Scale(scale);
            canvas.DrawPicture(picture);
        }

        var alpha = bitmap.GetPixelSpan();
        int left = MeasuredSide, top = MeasuredSide, right = 0, bottom = 0;
        for (int y = 0; y < MeasuredSide; y++)
        {
            for (int x = 0; x < MeasuredSide; x++)
            {
                if (alpha[y * bitmap.RowBytes + x] < 64)
                    continue;
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        return right == 0 ? SKRect.Empty : new(left / scale, top / scale, right / scale, bottom / scale);
    }

    private static SKImage Rasterise(Vector vector, int side)
    {
        float scale = side / Math.Max(vector.Bounds.Width, vector.Bounds.Height);
        int width = (int)Math.Ceiling(vector.Bounds.Width * scale - 0.01f), height = (int)Math.Ceiling(vector.Bounds.Height * scale - 0.01f);
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Scale(scale);
        canvas.Translate(-vector.Bounds.Left, -vector.Bounds.Top);
        canvas.DrawPicture(vector.Picture);
        return surface.Snapshot();
    }

    private sealed record Vector(SKPicture Picture, SKRect Bounds);
}
