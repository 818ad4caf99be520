using Amused.Images;
using Amused.Images.Plots;
using SkiaSharp;

namespace Amused.Cli.Bench;

/// <summary>
/// How long calls take, as bars: a group for each size of picture and batch, in it a bar for each row, the fastest first, its stages in shades where they are
/// known, and a line from the least to the most where it was measured several times. Rows that were read from files have a colour of their own.
/// </summary>
internal static class LatencyChart
{
    private const int Width = 1400;
    private const float LabelWidth = 470, Right = 190, Header = 92, Footer = 70, Margin = 24;
    private const float GroupHead = 46, BarPitch = 46, BarHeight = 26;
    private const float TextSize = 16, TitleSize = 22, GroupSize = 18, SmallSize = 13, Gap = 10;
    private const int MostTicks = 10;

    private static readonly SKColor Ink = new(0x22, 0x22, 0x22), Pale = new(0x77, 0x77, 0x77), Grid = new(0xDD, 0xDD, 0xDD);

    /// <summary>Draws the chart, 1,400 pixels wide and as high as its bars need.</summary>
    /// <param name="measured">Rows of this program's own.</param>
    /// <param name="compared">Rows to stand beside them.</param>
    /// <param name="title">Stands above.</param>
    /// <exception cref="ArgumentException">No row knows how long a whole call takes.</exception>
    public static RgbImage Draw(IReadOnlyList<BenchmarkRow> measured, IReadOnlyList<BenchmarkRow> compared, string title = "Seconds from words to pictures")
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(compared);
        var groups = LatencyGroup.Of([.. measured.Select(row => new LatencyBar(row, false)), .. compared.Select(row => new LatencyBar(row, true))]);
        if (groups.Count == 0)
            throw new ArgumentException("no row knows how long a whole call takes", nameof(measured));
        var height = (int)(Header + groups.Sum(group => GroupHead + group.Bars.Count * BarPitch) + Footer);
        using SKBitmap bitmap = new(new SKImageInfo(Width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            using PlotPen pen = new(canvas, LabelFont.Face, TextSize, Ink);
            var seconds = new Axis(0, 1.02 * groups.SelectMany(group => group.Bars).Max(bar => bar.Whole.Most));
            PlotPanel panel = new(new SKRect(LabelWidth, Header, Width - Right, height - Footer), seconds, default);
            DrawHead(pen, groups, title);
            DrawScale(pen, panel);
            DrawGroups(pen, panel, groups);
        }
        return new(Width, height, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }

    private static void DrawHead(PlotPen pen, IReadOnlyList<LatencyGroup> groups, string title)
    {
        pen.Caption(LabelFont.Fit(title, TitleSize, Width - 2 * Margin), Margin, 38, TitleSize);
        var shades = groups.SelectMany(group => group.Bars).SelectMany(bar => bar.Segments).Select(segment => segment.Shade).Distinct().OrderBy(shade => shade.Order);
        pen.Legend(Width - Margin, 72, [.. shades.Select(shade => (shade.Name, shade.Colour))], thickness: 14);
    }

    /// <summary>Grid and numbers, above all groups' bars.</summary>
    private static void DrawScale(PlotPen pen, PlotPanel panel)
    {
        var ticks = panel.Across.Ticks(MostTicks);
        foreach (var (tick, label) in ticks.Zip(Axis.Labels(ticks)))
        {
            var x = panel.X(tick);
            pen.Stroke(new(x, panel.Area.Top), new(x, panel.Area.Bottom), Grid, 1);
            pen.CaptionCentred(label, x, panel.Area.Bottom + 22);
        }
        pen.CaptionCentred("seconds for a call (all pictures of a batch), model loaded; medians, a thin line from the least to the most", Width / 2f, panel.Area.Bottom + 50);
    }

    private static void DrawGroups(PlotPen pen, PlotPanel panel, IReadOnlyList<LatencyGroup> groups)
    {
        var top = Header;
        foreach (var group in groups)
        {
            pen.Caption(group.Name, Margin, top + GroupHead - 14, GroupSize);
            pen.Stroke(new(Margin, top + GroupHead - 6), new(Width - Margin, top + GroupHead - 6), Grid, 1);
            top += GroupHead;
            foreach (var bar in group.Bars)
            {
                DrawBar(pen, panel, bar, top);
                top += BarPitch;
            }
        }
        pen.Stroke(new(panel.Area.Left, Header), new(panel.Area.Left, panel.Area.Bottom), Ink, 1);
    }

    private static void DrawBar(PlotPen pen, PlotPanel panel, LatencyBar bar, float top)
    {
        var (upper, lower) = (top + (BarPitch - BarHeight) / 2, top + (BarPitch + BarHeight) / 2);
        var middle = (upper + lower) / 2;
        pen.CaptionUpTo(bar.Name, LabelWidth - Gap, middle - 2, TextSize, LabelWidth - Margin - Gap, Ink);
        pen.CaptionUpTo(bar.Details, LabelWidth - Gap, middle + 15, SmallSize, LabelWidth - Margin - Gap, Pale);
        var from = 0.0;
        foreach (var (length, shade) in bar.Segments)
        {
            pen.Fill(new(panel.X(from), upper, panel.X(from + length), lower), shade.Colour);
            from += length;
        }
        if (bar.Whole.Count > 1)
        {
            var (least, most) = (panel.X(bar.Whole.Least), panel.X(bar.Whole.Most));
            pen.Stroke(new(least, middle), new(most, middle), Ink, 1.5f);
            foreach (var end in (float[])[least, most])
                pen.Stroke(new(end, middle - 5), new(end, middle + 5), Ink, 1.5f);
        }
        pen.Caption(Value(bar), panel.X(bar.Whole.Most) + Gap, middle + 6, TextSize);
    }

    private static string Value(LatencyBar bar) =>
        bar.Batch == 1 ? $"{SecondsText.Of(bar.Whole)} s" : $"{SecondsText.Of(bar.Whole)} s ({SecondsText.Of(bar.Whole.Median / bar.Batch)} each)";
}
