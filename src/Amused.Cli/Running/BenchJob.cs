using Amused.Cli.Bench;
using Amused.Cli.Output;
using Amused.Cli.Reports;
using Amused.Images;
using Amused.Weights.Hub;

namespace Amused.Cli.Running;

/// <summary>Measures every configuration, and writes table, file and chart.</summary>
internal sealed class BenchJob(Host host)
{
    private readonly IProgressDisplay display = ProgressDisplay.For(host);

    public void Execute(BenchChoice choice)
    {
        TryFiles(choice);
        var compared = choice.Compare.SelectMany(BenchmarkFile.Read).ToList();
        RequireBars(choice, compared);
        // Before the first is measured: downloads, and sizes that a model can't make.
        var folders = choice.Models.ToDictionary(model => model, model => HubRequests.Locate(model, choice.Hub, HubContent.Pipeline, host));
        RequireSizes(choice, folders);

        List<BenchmarkRow> rows = [];
        try
        {
            Measure(choice, folders, rows);
        }
        catch when (rows.Count > 0)
        {
            // Minutes of work: what has been measured is written and shown, whatever stopped the rest.
            Write(choice, rows, compared);
            throw;
        }
        Write(choice, rows, compared);
    }

    private void Write(BenchChoice choice, List<BenchmarkRow> rows, List<BenchmarkRow> compared)
    {
        BenchmarkFile file = new() { Results = rows };
        if (choice.Output is { } output)
            file.Write(output);
        if (choice.Plot is { } plot)
            LatencyChart.Draw(rows, compared).Save(plot);
        host.Out.Write(choice.Json ? file.ToJson() + "\n" : BenchmarkTable.Compose(rows, compared));
    }

    private void Measure(BenchChoice choice, Dictionary<string, string> folders, List<BenchmarkRow> rows)
    {
        var configurations = choice.Configurations().ToList();
        display.Run("bench", bar =>
        {
            foreach (var (index, configuration) in configurations.Index())
            {
                host.Cancellation.ThrowIfCancellationRequested();
                bar.Report(index, configurations.Count, $"{index + 1}/{configurations.Count} {configuration}");
                var row = choice.InProcess
                    ? MeasureHere(configuration, folders[configuration.Model], choice, bar)
                    : new BenchProcess(host).Measure(configuration, folders[configuration.Model], choice);
                rows.Add(row with { Model = configuration.ModelName, Device = choice.Device });
            }
            return true;
        });
    }

    private BenchmarkRow MeasureHere(BenchConfiguration configuration, string folder, BenchChoice choice, IProgressBar bar)
    {
        LoadOptions options = new() { Variant = choice.Hub.Variant, Precision = configuration.Precision, Device = choice.Device, Hub = choice.Hub.ToHubOptions(bar) };
        BenchmarkSetting setting = new()
        {
            Width = configuration.Size?.Width,
            Height = configuration.Size?.Height,
            Steps = configuration.Steps,
            GuidanceScale = choice.GuidanceScale,
            Batch = configuration.Batch,
            WarmUps = choice.WarmUps,
            Repeats = choice.Repeats,
        };
        return PictureBenchmark.Measure(() => AmusedPipeline.FromPretrained(folder, options, host.Cancellation), setting, host.Cancellation);
    }

    private static void TryFiles(BenchChoice choice)
    {
        if (choice.Output is { } output)
            NewFile.Try(output);
        if (choice.Plot is not { } plot)
            return;
        _ = ImageFormats.FromPath(plot);
        NewFile.Try(plot);
    }

    private static void RequireBars(BenchChoice choice, List<BenchmarkRow> compared)
    {
        if (choice.Plot is not null && choice.Repeats == 0 && compared.TrueForAll(row => row.Seconds.Whole is null))
            throw new InvalidRequestException("--plot: none of the rows knows how long a whole call takes");
    }

    private static void RequireSizes(BenchChoice choice, Dictionary<string, string> folders)
    {
        foreach (var (model, folder) in folders)
        {
            var report = CheckpointReport.Read(folder);
            PictureSize possible = new(report.SizeMultiple, report.SizeMultiple, report.DefaultSide);
            foreach (var size in choice.Sizes.OfType<(int Width, int Height)>())
                CheckSize(possible, size, model);
        }
    }

    private static void CheckSize(PictureSize possible, (int Width, int Height) size, string model)
    {
        try
        {
            possible.GridOf(size.Width, size.Height);
        }
        catch (InvalidRequestException e)
        {
            throw new InvalidRequestException($"--size {PictureSize.Word(size.Width, size.Height)} with {model}: {e.Message}");
        }
    }
}
