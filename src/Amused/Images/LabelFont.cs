using System.Globalization;
using SkiaSharp;

namespace Amused.Images;

/// <summary>One line of text as pixels, in a font of our own: a bare machine or container has none.</summary>
/// <remarks>
/// The font is DejaVu Sans cut down to Latin, Greek and Cyrillic (made with fontTools' <c>pyftsubset</c>, without hints and layout tables);
/// other characters show as a box.
/// </remarks>
internal static class LabelFont
{
    private const string Resource = "Amused.Images.Fonts.DejaVuSans-subset.ttf";

    private static readonly Lazy<SKTypeface> Typeface = new(() =>
    {
        using var stream = typeof(LabelFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"the embedded font {Resource} cannot be read");
    });

    /// <summary>The font.</summary>
    internal static SKTypeface Face => Typeface.Value;

    /// <summary>Black text in the middle of a white strip; what does not fit is cut and ends in an ellipsis.</summary>
    /// <param name="text">The label; line breaks become spaces.</param>
    /// <param name="width">Width of the strip in pixels.</param>
    /// <param name="height">Height of the strip in pixels.</param>
    /// <param name="size">Font size in pixels.</param>
    public static RgbImage Draw(string text, int width, int height, float size)
    {
        using var font = new SKFont(Typeface.Value, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque, null));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            // Capitals and digits, which have no descenders, stand in the middle.
            float baseline = (height + font.Metrics.CapHeight) / 2;
            canvas.DrawText(Fit(text.ReplaceLineEndings(" "), font, width), width / 2f, baseline, SKTextAlign.Center, font, paint);
        }

        return new(width, height, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }

    /// <summary>The longest beginning of the text that fits with an ellipsis after it, or all of it.</summary>
    internal static string Fit(string text, float size, float width)
    {
        using var font = new SKFont(Typeface.Value, size);
        return Fit(text, font, width);
    }

    private static string Fit(string text, SKFont font, float width)
    {
        if (font.MeasureText(text) <= width)
            return text;
        // Cut between what a reader sees as characters, not within one.
        int[] starts = StringInfo.ParseCombiningCharacters(text);
        int low = 0, high = starts.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (font.MeasureText(Cut(middle)) <= width)
                low = middle;
            else
                high = middle - 1;
        }

        return Cut(low);

        string Cut(int characters) => text[..starts[characters]].TrimEnd() + "…";
    }
}
