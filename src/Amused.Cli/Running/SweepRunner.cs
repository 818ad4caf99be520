using System.Text.Json.Nodes;
using Amused.Cli.Commands;
using Amused.Cli.Output;
using Amused.Images;
using Amused.Runtime;

namespace Amused.Cli.Running;

/// <summary>Makes the cells of a sweep with one loaded model, and the grid from them.</summary>
internal sealed class SweepRunner(Host host, bool json)
{
    private readonly IProgressDisplay progress = ProgressDisplay.For(host);

    public void Execute(Sweep sweep)
    {
        var path = OutputNames.Assign([new OutputSubject(sweep.Output, "sweep.png", sweep.Prompt, sweep.Request.Seed!.Value)])[0];
        _ = ImageFormats.FromPath(path);
        NewFile.Try(path);

        using var pipelines = new PipelineHolder(host, progress);
        var (pipeline, loadTime) = pipelines.Get(sweep.Model, sweep.Loras);
        var cells = sweep.Cells().ToList();
        var results = progress.Run("sweep", bar => cells.Select((cell, index) => Generate(pipeline, sweep, cell, index, cells.Count, bar)).ToList());

        var first = results[0].Images[0].Picture;
        var grid = ImageGrid.Compose([.. results.Select(result => result.Images[0].Picture)], sweep.Columns, [.. cells.Select(Label)]);
        grid.Save(path, PictureSettings.ToText(Settings(sweep, pipeline), first.Width, first.Height));
        foreach (var notice in results[0].Notices)
            host.Note(notice);
        host.Out.WriteLine(json ? Line(path, sweep, cells, results, loadTime) : $"{path} ({Describe(sweep)})");
    }

    private GenerationResult Generate(AmusedPipeline pipeline, Sweep sweep, IReadOnlyList<SweepValue> cell, int index, int count, IProgressBar bar)
    {
        var request = cell.Aggregate(sweep.Request, (request, value) => value.Apply(request));
        var title = $"{index + 1}/{count} {Label(cell)}";
        return pipeline.Generate(request with { OnStep = step => bar.Report(index + step.StepsDone / (step.StepCount + 1.0), count, title) }, host.Cancellation);
    }

    private static string Label(IReadOnlyList<SweepValue> cell) => string.Join(", ", cell.Select(value => value.Label));

    private static string Describe(Sweep sweep) =>
        string.Join(" × ", sweep.Axes.Select(axis => axis.Name)) + (sweep.Axes.Any(axis => axis.Name == "seed") ? "" : $", seed {sweep.Request.Seed}");

    /// <summary>Settings as the options that make the grid again; lists are what they were on the command line.</summary>
    private static JsonObject Settings(Sweep sweep, AmusedPipeline pipeline)
    {
        var settings = new JsonObject { ["command"] = "sweep", ["version"] = CommandTree.Version, ["prompt"] = sweep.Prompt };
        if (sweep.NegativePrompts is [var negative])
            settings["negative-prompt"] = negative;
        JobSettings.AddModel(settings, sweep.Model, pipeline.Precision, sweep.Loras);
        RequestSettings.Record(settings, sweep.Request, pipeline.Defaults, sweep.Settings);
        foreach (var axis in sweep.Axes)
            settings[axis.Name] = new JsonArray([.. axis.Cells().Select(cell => cell.Json)]);
        return settings;
    }

    private static string Line(string path, Sweep sweep, List<IReadOnlyList<SweepValue>> cells, List<GenerationResult> results, TimeSpan loadTime) => new JsonObject
    {
        ["path"] = path,
        ["prompt"] = sweep.Prompt,
        ["seed"] = sweep.Axes.Any(axis => axis.Name == "seed") ? null : sweep.Request.Seed,
        ["columns"] = sweep.Columns,
        ["precision"] = PrecisionNames.Of(results[0].Precision),
        ["cells"] = new JsonArray([.. cells.Select((cell, index) => Cell(cell, results[index], index == 0 ? loadTime : TimeSpan.Zero))]),
        ["peak_memory_bytes"] = PeakMemory.Bytes(),
    }.ToJsonString(PictureSettings.Readable);

    private static JsonObject Cell(IReadOnlyList<SweepValue> values, GenerationResult result, TimeSpan loadTime)
    {
        var cell = new JsonObject();
        foreach (var value in values)
            cell[value.Setting.Name] = value.Json;
        cell["seconds"] = ImageLine.Seconds(loadTime, result.Timings);
        return cell;
    }
}
