using SkiaSharp;

namespace Amused.Cli.Bench;

/// <summary>Bars of one size of picture and one batch.</summary>
/// <param name="Name">What the group is called.</param>
/// <param name="Bars">Its bars, the fastest first.</param>
internal sealed record LatencyGroup(string Name, IReadOnlyList<LatencyBar> Bars)
{
    /// <summary>Groups the bars, small pictures and batches first; those whose size isn't known come last. What has no whole call is left out.</summary>
    public static IReadOnlyList<LatencyGroup> Of(IReadOnlyList<LatencyBar> bars) =>
    [
        .. bars.Where(bar => bar.Row.Seconds.Whole is not null)
            .GroupBy(bar => (bar.Row.Width, bar.Row.Height, bar.Row.Batch))
            .OrderBy(group => (long?)group.Key.Width * group.Key.Height ?? long.MaxValue).ThenBy(group => group.Key.Width).ThenBy(group => group.Key.Batch)
            .Select(group => new LatencyGroup(NameOf(group.Key.Width, group.Key.Height, group.Key.Batch), [.. group.OrderBy(bar => bar.Whole.Median)])),
    ];

    private static string NameOf(int? width, int? height, int batch) =>
        $"{(width is null || height is null ? "size not told" : $"{width} × {height}")}, {(batch == 1 ? "one picture" : $"{batch} pictures at once")}";
}

/// <summary>A row as a bar.</summary>
/// <param name="Row">The row; it must know its whole call where more than that is asked of the bar.</param>
/// <param name="IsCompared">Whether it was read from a file.</param>
internal sealed record LatencyBar(BenchmarkRow Row, bool IsCompared)
{
    public Figure Whole => Row.Seconds.Whole!.Value;

    public int Batch => Row.Batch;

    /// <summary>Program and arithmetic.</summary>
    public string Name => Row.Precision is null ? Row.System : $"{Row.System}, {Row.Precision}";

    /// <summary>Machine, model and steps.</summary>
    public string Details => string.Join(" · ", new[] { Row.Machine, Row.Model, Row.Steps is { } steps ? $"{steps} step{(steps == 1 ? "" : "s")}" : null }.OfType<string>());

    /// <summary>The bar's parts from left to right; together as long as the median of the whole.</summary>
    public IReadOnlyList<(double Length, Shade Shade)> Segments
    {
        get
        {
            var sampling = Row.Seconds.Step?.Median * Row.Steps;
            var decoder = Row.Seconds.Decoder?.Median;
            var rest = Whole.Median - sampling - decoder;
            // Medians of parts need not add up to the median of the whole, and figures of others not at all.
            return rest is { } left && left > -0.05 * Whole.Median
                ? Shortened([(Math.Max(0, left), Shade.Rest(IsCompared)), (sampling!.Value, Shade.Sampling(IsCompared)), (decoder!.Value, Shade.Decoder(IsCompared))])
                : [(Whole.Median, Shade.Undivided(IsCompared))];
        }
    }

    private IReadOnlyList<(double, Shade)> Shortened((double Length, Shade Shade)[] parts)
    {
        var scale = Whole.Median / parts.Sum(part => part.Length);
        return [.. parts.Select(part => (part.Length * scale, part.Shade))];
    }
}

/// <summary>A colour and what it means. Hues tell who measured, also to the colour-blind (Okabe and Ito, 2008), shades what was measured.</summary>
/// <param name="Order">Its place in the legend.</param>
/// <param name="Name">Its words in the legend.</param>
/// <param name="Colour">The colour.</param>
internal sealed record Shade(int Order, string Name, SKColor Colour)
{
    public static Shade Rest(bool isCompared) => isCompared ? new(4, "others: text, rest", new(0xF6, 0xC9, 0xA0)) : new(0, "here: text, rest", new(0xA9, 0xD3, 0xEE));

    public static Shade Sampling(bool isCompared) => isCompared ? new(5, "sampling", new(0xD5, 0x5E, 0x00)) : new(1, "sampling", new(0x00, 0x72, 0xB2));

    public static Shade Decoder(bool isCompared) => isCompared ? new(6, "decoder", new(0xE6, 0x9F, 0x00)) : new(2, "decoder", new(0x56, 0xB4, 0xE9));

    public static Shade Undivided(bool isCompared) => isCompared ? new(7, "others: whole", new(0x99, 0x99, 0x99)) : new(3, "here: whole", new(0x0B, 0x3C, 0x5D));
}
