using System.Globalization;
using Amused.Images;
using Amused.Images.Plots;
using PictureBook.Evaluation;
using SkiaSharp;

namespace PictureBook.Reports;

/// <summary>Scores over guidance and steps: a panel for each score, a line for each value of what varies less.</summary>
public static class SweepPlot
{
    private const int Columns = 4, PanelWidth = 360, PanelHeight = 320;
    private const float Left = 78, Right = 16, Top = 30, Bottom = 46, Header = 60, TextSize = 15, TitleSize = 20;

    private static readonly SKColor Ink = new(0x22, 0x22, 0x22), Grid = new(0xDD, 0xDD, 0xDD);

    /// <summary>The lines' colours, told apart also by the colour-blind (Okabe and Ito, 2008).</summary>
    private static readonly SKColor[] Colours =
    [
        new(0x00, 0x72, 0xB2), new(0xD5, 0x5E, 0x00), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7), new(0xE6, 0x9F, 0x00), new(0x56, 0xB4, 0xE9), new(0x66, 0x66, 0x66), new(0x22, 0x22, 0x22),
    ];

    /// <summary>Draws the plot, 1,440 × 700 pixels.</summary>
    /// <param name="settings">The scores, each with its setting; at least one.</param>
    /// <param name="title">Stands above.</param>
    public static RgbImage Draw(IReadOnlyList<SettingScores> settings, string title = "")
    {
        ArgumentNullException.ThrowIfNull(settings);
        var series = Series.Of(settings);
        string[] names = [.. settings[0].Scores.All.Select(score => score.Name)];
        int rows = (names.Length + Columns - 1) / Columns, width = Columns * PanelWidth, height = (int)Header + rows * PanelHeight;
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            using PlotPen pen = new(canvas, LabelFont.Face, TextSize, Ink);
            pen.Caption(LabelFont.Fit(title, TitleSize, width / 2f), 20, 36, TitleSize);
            pen.Legend(width - 20, 36, [.. series.Lines.Select((line, i) => (line.Name, Colours[i % Colours.Length]))]);
            foreach (var (index, name) in names.Index())
            {
                canvas.Save();
                canvas.Translate(index % Columns * PanelWidth, Header + index / Columns * PanelHeight);
                Panel(pen, series, index, name);
                canvas.Restore();
            }
        }

        return new(width, height, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }

    private static void Panel(PlotPen pen, Series series, int score, string name)
    {
        SKRect area = new(Left, Top, PanelWidth - Right, PanelHeight - Bottom);
        var values = series.Lines.Select(line => (line, Percents: line.Points.Select(point => 100 * point.Scores.All[score].Share.Value).ToArray())).ToList();
        PlotPanel panel = new(area, Axis.Around(series.Lines.SelectMany(line => line.Across)), Percents(values.SelectMany(one => one.Percents)));
        pen.Frame(panel, Grid, "% right", stepLabels: true);
        foreach (var (index, (line, percents)) in values.Index())
            pen.Line(panel, line.Across, percents, Colours[index % Colours.Length], 2.5f);
        pen.CaptionCentred(name, area.MidX, Top - 9);
        pen.CaptionCentred(series.AcrossName, area.MidX, PanelHeight - 6);
    }

    /// <summary>There is nothing above 100%, and a line there needs a little room.</summary>
    private static Axis Percents(IEnumerable<double> values)
    {
        var around = Axis.Around(values);
        return new(Math.Max(around.Low, -2), Math.Min(around.High, 102));
    }

    /// <summary>Settings as lines.</summary>
    private sealed record Series(string AcrossName, IReadOnlyList<Line> Lines)
    {
        public static Series Of(IReadOnlyList<SettingScores> settings)
        {
            var points = settings.Select(one => (Guidance: (double)(one.Setting?.GuidanceScale ?? 0), Steps: (double)(one.Setting?.Steps ?? 0), One: one)).ToList();
            bool isOverSteps = points.Select(point => point.Steps).Distinct().Count() > points.Select(point => point.Guidance).Distinct().Count();
            return isOverSteps
                ? new("steps", [.. points.GroupBy(point => point.Guidance).Select(line => Named($"guidance {Text(line.Key)}", line.Select(point => (point.Steps, point.One))))])
                : new("guidance", [.. points.GroupBy(point => point.Steps).Select(line => Named($"{Text(line.Key)} steps", line.Select(point => (point.Guidance, point.One))))]);
        }

        private static Line Named(string name, IEnumerable<(double Across, SettingScores One)> points)
        {
            var ordered = points.OrderBy(point => point.Across).ToList();
            return new(name, [.. ordered.Select(point => point.Across)], [.. ordered.Select(point => point.One)]);
        }

        private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private sealed record Line(string Name, double[] Across, IReadOnlyList<SettingScores> Points);
}
