using SkiaSharp;

namespace Amused.Images.Plots;

/// <summary>A rectangle of a plot and the numbers along its edges.</summary>
internal readonly record struct PlotPanel(SKRect Area, Axis Across, Axis Up)
{
    public float X(double value) => (float)(Area.Left + Across.Place(value) * Area.Width);

    public float Y(double value) => (float)(Area.Bottom - Up.Place(value) * Area.Height);
}

/// <summary>Draws the parts of a plot.</summary>
internal sealed class PlotPen(SKCanvas canvas, SKTypeface typeface, float textSize, SKColor ink) : IDisposable
{
    private const int StepTicks = 8, PixelsPerTick = 55;
    private const float Gap = 10;

    private readonly SKFont font = new(typeface, textSize) { Edging = SKFontEdging.Antialias, Subpixel = true };
    private readonly SKPaint text = new() { Color = ink, IsAntialias = true };

    /// <summary>Grid, labels and border of a panel, with its name along the left edge.</summary>
    public void Frame(PlotPanel panel, SKColor grid, string name, bool stepLabels)
    {
        using SKPaint line = new() { Color = grid, StrokeWidth = 1, Style = SKPaintStyle.Stroke };
        var area = panel.Area;
        var ups = panel.Up.Ticks(Math.Max(3, (int)(area.Height / PixelsPerTick)));
        foreach (var (tick, label) in ups.Zip(Axis.Labels(ups)))
        {
            canvas.DrawLine(area.Left, panel.Y(tick), area.Right, panel.Y(tick), line);
            canvas.DrawText(label, area.Left - Gap, panel.Y(tick) + font.Metrics.CapHeight / 2, SKTextAlign.Right, font, text);
        }
        double[] acrosses = [.. panel.Across.Ticks(StepTicks).Where(tick => tick == Math.Floor(tick))];
        foreach (var (tick, label) in acrosses.Zip(Axis.Labels(acrosses)))
        {
            canvas.DrawLine(panel.X(tick), area.Top, panel.X(tick), area.Bottom, line);
            if (stepLabels)
                canvas.DrawText(label, panel.X(tick), area.Bottom + Gap + font.Metrics.CapHeight, SKTextAlign.Center, font, text);
        }
        line.Color = ink;
        canvas.DrawRect(area, line);
        CaptionUpwards(name, area.MidY);
    }

    /// <summary>A line through the points; one that is not finite leaves a gap.</summary>
    public void Line(PlotPanel panel, double[] across, double[] up, SKColor colour, float width)
    {
        using SKPaint paint = new() { Color = colour, StrokeWidth = width, Style = SKPaintStyle.Stroke, IsAntialias = true,
            StrokeJoin = SKStrokeJoin.Round, StrokeCap = SKStrokeCap.Round };
        using SKPathBuilder path = new();
        var isDrawing = false;
        for (var index = 0; index < up.Length; index++)
        {
            if (!double.IsFinite(up[index]))
            {
                isDrawing = false;
                continue;
            }
            var (x, y) = (panel.X(across[index]), panel.Y(up[index]));
            if (!isDrawing)
                path.MoveTo(x, y);
            path.LineTo(x, y); // to itself at first: a lone point is seen too
            isDrawing = true;
        }
        canvas.Save();
        canvas.ClipRect(panel.Area);
        using var drawn = path.Detach();
        canvas.DrawPath(drawn, paint);
        canvas.Restore();
    }

    /// <summary>Text of any size from a place on.</summary>
    public void Caption(string words, float x, float baseline, float size)
    {
        using SKFont large = new(typeface, size);
        canvas.DrawText(words, x, baseline, SKTextAlign.Left, large, text);
    }

    /// <summary>Text around a place.</summary>
    public void CaptionCentred(string words, float x, float baseline) =>
        canvas.DrawText(words, x, baseline, SKTextAlign.Center, font, text);

    /// <summary>Text of any size that ends at a place, cut where it is wider than there is room.</summary>
    public void CaptionUpTo(string words, float right, float baseline, float size, float room, SKColor colour)
    {
        using SKFont own = new(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        using SKPaint paint = new() { Color = colour, IsAntialias = true };
        canvas.DrawText(LabelFont.Fit(words, size, room), right, baseline, SKTextAlign.Right, own, paint);
    }

    /// <summary>A filled rectangle.</summary>
    public void Fill(SKRect area, SKColor colour)
    {
        using SKPaint paint = new() { Color = colour, Style = SKPaintStyle.Fill };
        canvas.DrawRect(area, paint);
    }

    /// <summary>A straight line.</summary>
    public void Stroke(SKPoint from, SKPoint to, SKColor colour, float width)
    {
        using SKPaint paint = new() { Color = colour, StrokeWidth = width, Style = SKPaintStyle.Stroke };
        canvas.DrawLine(from, to, paint);
    }

    /// <summary>What colours mean, from the right edge to the left.</summary>
    /// <param name="right">Where the last words end.</param>
    /// <param name="baseline">Where all words stand.</param>
    /// <param name="entries">Words and colours.</param>
    /// <param name="thickness">How high the patches of colour are: thin for lines, thicker for areas.</param>
    public void Legend(float right, float baseline, IReadOnlyList<(string Words, SKColor Colour)> entries, float thickness = 4)
    {
        const float sample = 28;
        var middle = baseline - font.Metrics.CapHeight / 2;
        foreach (var (words, colour) in entries.Reverse())
        {
            canvas.DrawText(words, right, baseline, SKTextAlign.Right, font, text);
            right -= font.MeasureText(words) + Gap;
            using SKPaint paint = new() { Color = colour, StrokeWidth = thickness, Style = SKPaintStyle.Stroke };
            canvas.DrawLine(right - sample, middle, right, middle, paint);
            right -= sample + 2 * Gap;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        font.Dispose();
        text.Dispose();
    }

    private void CaptionUpwards(string words, float middle)
    {
        canvas.Save();
        canvas.RotateDegrees(-90);
        canvas.DrawText(words, -middle, font.Metrics.CapHeight + Gap, SKTextAlign.Center, font, text);
        canvas.Restore();
    }
}
