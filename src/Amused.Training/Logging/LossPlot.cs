using Amused.Images;
using Amused.Images.Plots;
using SkiaSharp;

namespace Amused.Training;

/// <summary>
/// A run at a glance: the loss of each step, pale, and its moving average over it; below, the learning rate. Drawn with a font of our own, so
/// that it looks the same on a machine without fonts.
/// </summary>
internal static class LossPlot
{
    private const int Width = 1200, Height = 750;
    private const float Left = 105, Right = 30, Top = 60, Bottom = 70, Between = 40;
    private const float RatePanel = 150; // the height of the lower panel
    private const float TextSize = 18, TitleSize = 22;
    private const double SmoothingShare = 0.01; // of the run: the reach of the average to each side

    private static readonly SKColor Raw = new(0x9E, 0xC5, 0xE8), Smooth = new(0x0B, 0x4F, 0x8A), Rate = new(0xC2, 0x5B, 0x12);
    private static readonly SKColor Ink = new(0x22, 0x22, 0x22), Grid = new(0xDD, 0xDD, 0xDD);

    /// <summary>Draws the plot, 1200 × 750 pixels.</summary>
    /// <param name="points">The steps, in order.</param>
    /// <param name="title">Stands above; cut when it is long.</param>
    /// <exception cref="ArgumentException">No point has a finite loss.</exception>
    public static RgbImage Draw(IReadOnlyList<LossPoint> points, string title = "")
    {
        ArgumentNullException.ThrowIfNull(points);
        if (!points.Any(point => double.IsFinite(point.Loss)))
            throw new ArgumentException("no point has a finite loss", nameof(points));
        using SKBitmap bitmap = new(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            Draw(canvas, points, title);
        }
        return new(Width, Height, PixelPacking.DropFourth(bitmap.GetPixelSpan()));
    }

    /// <summary>
    /// The centred moving average of the losses: weights fall exponentially to both sides, so that it does not lag behind. What is not finite becomes
    /// NaN and counts for nothing.
    /// </summary>
    /// <param name="losses">The losses.</param>
    /// <param name="length">After how many steps a weight has fallen to 1/e.</param>
    internal static double[] MovingAverage(IReadOnlyList<double> losses, double length)
    {
        var keep = Math.Exp(-1 / Math.Max(length, 1e-6));
        var before = Sums(losses, keep).ToList();
        var after = Sums(losses.Reverse(), keep).Reverse().ToList();
        // The loss itself is in both.
        return [.. losses.Select((loss, index) => double.IsFinite(loss)
            ? (before[index].Sum + after[index].Sum - loss) / (before[index].Weight + after[index].Weight - 1)
            : double.NaN)];
    }

    private static IEnumerable<(double Sum, double Weight)> Sums(IEnumerable<double> losses, double keep)
    {
        double sum = 0, weight = 0;
        foreach (var loss in losses)
        {
            sum = keep * sum + (double.IsFinite(loss) ? loss : 0);
            weight = keep * weight + (double.IsFinite(loss) ? 1 : 0);
            yield return (sum, weight);
        }
    }

    private static void Draw(SKCanvas canvas, IReadOnlyList<LossPoint> points, string title)
    {
        double[] steps = [.. points.Select(point => (double)point.Step)];
        double[] losses = [.. points.Select(point => point.Loss)];
        double[] rates = [.. points.Select(point => point.LearningRate)];
        var average = MovingAverage(losses, points.Count * SmoothingShare);
        var across = steps[^1] > steps[0] ? new Axis(steps[0], steps[^1]) : Axis.Around(steps);

        using PlotPen pen = new(canvas, LabelFont.Face, TextSize, Ink);
        SKRect upper = new(Left, Top, Width - Right, Height - Bottom - RatePanel - Between);
        SKRect lower = new(Left, Height - Bottom - RatePanel, Width - Right, Height - Bottom);
        PlotPanel loss = new(upper, across, Axis.Around([.. Trimmed(losses), .. average]));
        PlotPanel rate = new(lower, across, Axis.Around(rates.Append(0)));

        pen.Frame(loss, Grid, "loss", stepLabels: false);
        pen.Line(loss, steps, losses, Raw, 1.2f);
        pen.Line(loss, steps, average, Smooth, 3);
        pen.Frame(rate, Grid, "learning rate", stepLabels: true);
        pen.Line(rate, steps, rates, Rate, 2.5f);
        pen.Caption(LabelFont.Fit(title, TitleSize, upper.Width - 330), Left, Top - 20, TitleSize);
        pen.Legend(Width - Right, Top - 20, [("each step", Raw), ("moving average", Smooth)]);
        pen.CaptionCentred("step", upper.MidX, Height - 16);
    }

    // A few outliers must not press the rest flat; what lies beyond is cut off at the panel's edge.
    private static IEnumerable<double> Trimmed(double[] losses)
    {
        double[] ordered = [.. losses.Where(double.IsFinite).Order()];
        var cut = ordered.Length / 200;
        return ordered[cut..^cut];
    }
}
