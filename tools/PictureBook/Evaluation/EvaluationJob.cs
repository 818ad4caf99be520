using System.Diagnostics;
using System.Globalization;
using Amused.Cli;
using Amused.Cli.Output;
using Amused.Images;
using PictureBook.Drawings;
using PictureBook.Prompts;
using PictureBook.Reader;
using PictureBook.Reading;
using PictureBook.Rendering;
using PictureBook.Reports;
using PictureBook.Scoring;
using PictureBook.Vq;

namespace PictureBook.Evaluation;

/// <summary>Evaluates a model, or pictures of a folder, on the drawn world: makes pictures, has them read, and reports.</summary>
internal sealed class EvaluationJob(Host host)
{
    private readonly IProgressDisplay display = ProgressDisplay.For(host);

    public void Execute(EvaluationChoice choice)
    {
        foreach (var file in new[] { choice.Sheet, choice.Plot }.OfType<string>())
        {
            _ = ImageFormats.FromPath(file);
            NewFile.Try(file);
        }
        if (choice.Pictures is { } pictures)
            PictureFolder.Try(pictures);

        using var things = ThingReader.Load(choice.Reader);
        SceneReader reader = new(things);
        var renderer = choice.Drawings is { } drawings ? new SceneRenderer(DrawingSet.Load(drawings), reader.Side) : null;
        var (report, best) = choice.From is { } folder ? JudgeFolder(choice, folder, reader) : JudgeModel(choice, reader, renderer);
        if (renderer is not null)
            report = report with { Drawn = Draw(best.Prompts, renderer, reader) };
        Write(choice, report, best);
        if (choice.Json)
            host.Out.WriteLine(SceneReportJson.Compose(report).ToJsonString(PictureSettings.Readable));
        else
            host.Out.Write(SceneReportText.Compose(report));
    }

    private (SceneReport Report, JudgedPictures Best) JudgeFolder(EvaluationChoice choice, string folder, SceneReader reader)
    {
        var (prompts, pictures) = PictureFolder.Read(folder, choice.Prompts);
        var judged = Judge(reader, prompts, pictures);
        return (new() { Prompts = prompts.Count, Settings = [new(null, judged.Scores, null)] }, judged);
    }

    private (SceneReport Report, JudgedPictures Best) JudgeModel(EvaluationChoice choice, SceneReader reader, SceneRenderer? renderer)
    {
        using var pipeline = Load(choice);
        RequireSize(pipeline, reader, choice);
        var prompts = ScenePrompts.Make(choice.Prompts, choice.Seed, choice.TwoThings);
        PromptPictures maker = new(pipeline, new() { Temperature = choice.Temperature }, choice.BatchSize);
        List<SettingScores> scores = [];
        JudgedPictures? best = null;
        foreach (var (index, open) in choice.Settings.Index())
        {
            var setting = open.Or(pipeline.Defaults);
            var began = Stopwatch.GetTimestamp();
            var pictures = Make(maker, prompts, setting, choice, index);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds / prompts.Count;
            if (choice.Pictures is { } folder)
                PictureFolder.Write(choice.Settings.Count > 1 ? Path.Combine(folder, setting.ToString()) : folder, prompts, pictures);
            var judged = Judge(reader, prompts, pictures);
            scores.Add(new(setting, judged.Scores, seconds));
            if (SceneReport.BestOf(scores) == scores[^1])
                best = judged;
        }

        return (new() { Prompts = prompts.Count, Seed = choice.Seed, Precision = pipeline.Precision, Settings = scores, Vq = renderer is null ? null : MeasureVq(pipeline, renderer, prompts) }, best!);
    }

    private AmusedPipeline Load(EvaluationChoice choice)
    {
        var pipeline = display.Run($"loading {choice.Model}", bar => AmusedPipeline.FromPretrained(
            choice.Model, choice.Load with { Hub = choice.Load.Hub with { Notice = bar.Note } }, host.Cancellation));
        foreach (var notice in pipeline.Notices.Concat(choice.Loras.SelectMany(lora => pipeline.LoadLora(lora.File, lora.Scale).Notices)))
            host.Note(notice);
        return pipeline;
    }

    private static void RequireSize(AmusedPipeline pipeline, SceneReader reader, EvaluationChoice choice)
    {
        var (width, height) = pipeline.DefaultSize;
        if (width != reader.Side || height != reader.Side)
            throw new InvalidRequestException(
                $"{choice.Model} makes pictures of {width} × {height}, and the reader {choice.Reader} reads {reader.Side} × {reader.Side}: train one of that size with train-reader --size {width}");
    }

    private IReadOnlyList<RgbImage> Make(PromptPictures maker, IReadOnlyList<ScenePrompt> prompts, PictureSetting setting, EvaluationChoice choice, int index)
    {
        var place = choice.Settings.Count > 1 ? $"{index + 1}/{choice.Settings.Count} " : "";
        var title = string.Create(CultureInfo.InvariantCulture, $"{place}guidance {setting.GuidanceScale}, {setting.Steps} steps");
        return display.Run(title, bar => maker.Make(
            prompts, setting, choice.Seed, done => bar.Report(index * (double)prompts.Count + done, choice.Settings.Count * (double)prompts.Count), host.Cancellation));
    }

    private JudgedPictures Judge(SceneReader reader, IReadOnlyList<ScenePrompt> prompts, IReadOnlyList<RgbImage> pictures) =>
        display.Run("reading pictures", _ => JudgedPictures.Of(reader, prompts, pictures, host.Cancellation));

    private VqScores MeasureVq(AmusedPipeline pipeline, SceneRenderer renderer, IReadOnlyList<ScenePrompt> prompts) => display.Run("encoding and decoding drawn pictures", bar =>
        new VqCheck(pipeline, renderer).Measure([.. prompts.Select(prompt => prompt.Scene)], done => bar.Report(done, prompts.Count), host.Cancellation));

    private SceneScores Draw(IReadOnlyList<ScenePrompt> prompts, SceneRenderer renderer, SceneReader reader) =>
        Judge(reader, prompts, [.. prompts.AsParallel().AsOrdered().Select(prompt => renderer.Render(prompt.Scene))]).Scores;

    private static void Write(EvaluationChoice choice, SceneReport report, JudgedPictures best)
    {
        if (choice.Sheet is { } sheet)
            SceneSheet.Draw(best).Save(sheet);
        if (choice.Plot is { } plot)
            SweepPlot.Draw(report.Settings, $"{report.Prompts} held-out prompts").Save(plot);
    }
}
