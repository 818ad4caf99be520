using System.Globalization;
using System.Text;
using Amused.Cli.Reports;

namespace Amused.Cli.Bench;

/// <summary>Rows of a benchmark for people: Markdown that reads well as it stands.</summary>
internal static class BenchmarkTable
{
    private const string Unknown = "–";

    private static readonly string[] Head = ["program", "model", "size", "steps", "batch", "precision", "load", "text", "a step", "decoder", "whole call", "a picture", "speed", "peak memory"];

    /// <summary>Composes the table, with a word on what its figures are below, and the sources of what was read from files.</summary>
    public static string Compose(IReadOnlyList<BenchmarkRow> measured, IReadOnlyList<BenchmarkRow> compared)
    {
        StringBuilder text = new(Table([.. measured.Concat(compared).Select(row => Cells(row, measured))]));
        text.Append('\n');
        if (measured.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{measured[0].System} on {measured[0].Machine}. Seconds: median (least–most) of {measured[0].Seconds.Whole?.Count} calls, loading of one; text, step, decoder and call are those of all pictures of a batch.\n");
            text.Append("Speed: times as fast as the first row of this size, number of steps and batch. Peak memory: resident, loading and mapped files among it.\n");
            foreach (var (precision, spread) in MatrixRates(measured))
                text.Append(CultureInfo.InvariantCulture, $"Plain matrix products in the same processes, {precision}: {spread}\n");
        }
        foreach (var group in compared.GroupBy(row => row.Source).Where(group => group.Key is not null))
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(", ", group.Select(row => row.System).Distinct())}: {group.Key}\n");
        return text.ToString();
    }

    /// <summary>Columns of which nothing is known are left out.</summary>
    private static string Table(IReadOnlyList<string[]> rows)
    {
        var columns = Enumerable.Range(0, Head.Length).Where(column => rows.Any(row => row[column] != Unknown)).ToList();
        return MarkdownTable.Compose([.. columns.Select(column => Head[column])], rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(column => row[column])]));
    }

    private static string[] Cells(BenchmarkRow row, IReadOnlyList<BenchmarkRow> measured) =>
    [
        row.Machine is { } machine && !measured.Contains(row) ? $"{row.System} ({machine})" : row.System,
        row.Model ?? Unknown,
        row is { Width: { } width, Height: { } height } ? $"{width} × {height}" : Unknown,
        row.Steps?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
        row.Batch.ToString(CultureInfo.InvariantCulture),
        row.Precision ?? Unknown,
        Seconds(row.Seconds.Load),
        Seconds(row.Seconds.Text),
        Seconds(row.Seconds.Step),
        Seconds(row.Seconds.Decoder),
        Seconds(row.Seconds.Whole),
        row is { Batch: > 1, Seconds.Whole: { } whole } ? SecondsText.Of(whole.Median / row.Batch) : Unknown,
        Speed(row, measured),
        row.PeakMemoryBytes is { } bytes ? Lines.Bytes(bytes) : Unknown,
    ];

    private static string Speed(BenchmarkRow row, IReadOnlyList<BenchmarkRow> measured)
    {
        var first = measured.FirstOrDefault(one => (one.Width, one.Height, one.Steps, one.Batch) == (row.Width, row.Height, row.Steps, row.Batch));
        return (first?.Seconds.Whole, row.Seconds.Whole) is ({ } reference, { Median: > 0 } own)
            ? Times(reference.Median / own.Median)
            : Unknown;
    }

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.00 ×" : "0 ×", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Precision, string Spread)> MatrixRates(IReadOnlyList<BenchmarkRow> measured) =>
        from rate in measured.SelectMany(row => row.MatrixGflops ?? new Dictionary<string, double>())
        group rate.Value by rate.Key into rates
        let figure = Figure.Of(rates)
        select (rates.Key, figure.Count == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{figure.Median:0} GFLOP/s.")
            : string.Create(CultureInfo.InvariantCulture, $"{figure.Median:0} GFLOP/s ({figure.Least:0}–{figure.Most:0})."));

    private static string Seconds(Figure? figure) => figure is { } known ? SecondsText.WithSpread(known) : Unknown;
}
