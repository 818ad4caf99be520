using System.CommandLine;
using Amused.Cli;
using PictureBook.ReaderTraining;
using PictureBook.Rendering;

namespace PictureBook.Commands;

/// <summary><c>picture-book train-reader</c>: teaches the check of <c>evaluate</c> to tell things.</summary>
internal sealed class TrainReaderCommand : Command
{
    private readonly Argument<string> output = new("OUTPUT") { Description = "The folder to write: config.json and model.safetensors." };
    private readonly Option<string> drawings = ToolOptions.Drawings;
    private readonly Option<int?> size = ToolOptions.Number("--size", "PIXELS", "The side of the pictures that it will read: 32, 64, 128, 256 or 512. Default: 128.", 1, 65_536);
    private readonly Option<int?> steps = Whole("--steps", "How many updates are made. Default: 4000.");
    private readonly Option<int?> batchSize = Whole("--batch-size", "How many pictures each update sees. Default: 32.");
    private readonly Option<double?> learningRate = ToolOptions.Number("--learning-rate", "RATE",
        "The highest learning rate; it falls to 0 by the end. Default: 0.002.", 1e-9, 1.0);
    private readonly Option<int?> seed = ToolOptions.Number("--seed", "S", "What scenes and first weights derive from. Default: 0.", 0, int.MaxValue);
    private readonly Option<double?> timeLimit = ToolOptions.Number("--time-limit", "MINUTES",
        "Ends the training after this time if its steps are not done before; the learning rate comes down by then.", 0.001, 1e6);
    private readonly Option<int?> check = Whole("--check", "On how many drawn pictures of held-out combinations it is tried in the end. Default: 2000.");
    private readonly Option<bool> json = ToolOptions.Flag("--json",
        "One line of JSON on standard output: folder, steps, parameters and every score with its counts and its 95% interval.");

    public TrainReaderCommand(Host host) : base("train-reader", "Train what tells the things in pictures for evaluate, on pictures that are drawn as it learns.")
    {
        Add(output);
        foreach (var option in (Option[])[drawings, size, steps, batchSize, learningRate, seed, timeLimit, check, json])
            Add(option);
        SetAction(parse => new ReaderTrainingJob(host).Execute(Read(parse)));
    }

    private ReaderTrainingChoice Read(ParseResult parse)
    {
        ReaderTrainingOptions standard = new();
        return new(
            parse.GetValue(output)!,
            parse.GetValue(drawings)!,
            parse.GetValue(size) ?? SceneRenderer.DefaultSize,
            new()
            {
                Steps = parse.GetValue(steps) ?? standard.Steps,
                BatchSize = parse.GetValue(batchSize) ?? standard.BatchSize,
                LearningRate = parse.GetValue(learningRate) ?? standard.LearningRate,
                Seed = parse.GetValue(seed) ?? standard.Seed,
                TimeLimit = parse.GetValue(timeLimit) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            },
            parse.GetValue(check) ?? 2000,
            parse.GetValue(json));
    }

    private static Option<int?> Whole(string name, string description) => ToolOptions.Number(name, "N", description, 1, int.MaxValue);
}
