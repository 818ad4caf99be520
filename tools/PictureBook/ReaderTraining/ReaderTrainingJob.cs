using System.Globalization;
using System.Text.Json.Nodes;
using Amused.Cli;
using Amused.Cli.Output;
using PictureBook.Drawings;
using PictureBook.Prompts;
using PictureBook.Reader;
using PictureBook.Rendering;
using PictureBook.Reports;
using PictureBook.Scoring;

namespace PictureBook.ReaderTraining;

/// <summary>What the command line says of the training of a reader.</summary>
/// <param name="Output">The folder to write.</param>
/// <param name="Drawings">What things look like.</param>
/// <param name="Size">The side of the pictures that it reads.</param>
/// <param name="Options">How it is trained.</param>
/// <param name="Check">On how many pictures it is tried in the end.</param>
/// <param name="Json">Whether a program reads the result.</param>
internal sealed record ReaderTrainingChoice(string Output, string Drawings, int Size, ReaderTrainingOptions Options, int Check, bool Json);

/// <summary>Trains a reader, writes it, and tries it on pictures that it never saw.</summary>
internal sealed class ReaderTrainingJob(Host host)
{
    private readonly IProgressDisplay display = ProgressDisplay.For(host);

    public void Execute(ReaderTrainingChoice choice)
    {
        var config = ReaderConfig.For(choice.Size);
        var drawings = DrawingSet.Load(choice.Drawings);
        NewFile.Try(Path.Combine(choice.Output, "config.json"));
        var last = default(ReaderProgress);
        using (var reader = display.Run("training", bar => ReaderTrainer.Train(drawings, config, choice.Options, step => bar.Report((last = step).Progress, 1, Title(step)), host.Cancellation)))
            reader.Save(choice.Output);
        // What was written is tried: half precision is part of it.
        using var written = ThingReader.Load(choice.Output);
        var scores = Try(written, drawings, choice.Check);
        if (choice.Json)
        {
            JsonObject line = new() { ["folder"] = choice.Output, ["steps"] = last.Step, ["parameters"] = written.ParameterCount, ["drawn"] = SceneReportJson.Scores(scores) };
            host.Out.WriteLine(line.ToJsonString(PictureSettings.Readable));
            return;
        }

        host.Out.WriteLine($"{choice.Output}: {written.ParameterCount} parameters after {last.Step} steps\n");
        host.Out.Write(SceneReportText.Compose(scores, $"{choice.Check} drawn pictures of held-out combinations"));
    }

    private SceneScores Try(ThingReader reader, DrawingSet drawings, int count) => display.Run("trying it on pictures that it never saw", _ =>
    {
        var prompts = ScenePrompts.Make(count, seed: 1);
        SceneRenderer renderer = new(drawings, reader.Config.Side);
        return JudgedPictures.Of(new(reader), prompts, [.. prompts.AsParallel().AsOrdered().Select(prompt => renderer.Render(prompt.Scene))], host.Cancellation).Scores;
    });

    private static string Title(ReaderProgress step) => string.Create(CultureInfo.InvariantCulture, $"step {step.Step}: loss {step.Loss:0.000}, {100 * step.Accuracy:0.0}% right");
}
