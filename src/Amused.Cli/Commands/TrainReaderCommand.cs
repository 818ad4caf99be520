using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Evaluation.DrawnWorld.ReaderTraining;
using Amused.PictureBook.Rendering;

namespace Amused.Cli.Commands;

/// <summary><c>amused train-reader</c>: teaches the check of <c>amused evaluate</c> to tell things.</summary>
internal sealed class TrainReaderCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly Argument<string> output = new("OUTPUT") { Description = "The folder to write: config.json and model.safetensors." };

    private readonly Option<string> drawings = new DocumentedOption<string>("--drawings", "PATH", "What things look like, as for make-dataset.", "none: it must be given", "--drawings ./drawings/fluent-emoji-flat.tgz")
    {
        Group = OptionGroups.Pictures,
        Required = true,
    };

    private readonly Option<int?> size = new DocumentedOption<int?>("--size", "PIXELS", "The side of the pictures that it will read: 32, 64, 128, 256 or 512.", "128", "--size 64")
    {
        Group = OptionGroups.Pictures,
        CustomParser = OptionValues.WholeNumber(1, 65_536),
    };

    private readonly Option<int?> steps = Whole("--steps", "N", "How many updates are made.", "4000", "--steps 8000");

    private readonly Option<int?> batchSize = Whole("--batch-size", "N", "How many pictures each update sees.", "32", "--batch-size 64");

    private readonly Option<double?> learningRate = new DocumentedOption<double?>("--learning-rate", "RATE", "The highest learning rate; it falls to 0 by the end.", "0.002", "--learning-rate 0.001")
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.Fraction(),
    };

    private readonly Option<int?> seed = Whole("--seed", "S", "What scenes and first weights derive from.", "0", "--seed 42", least: 0);

    private readonly Option<float?> timeLimit = new DocumentedOption<float?>("--time-limit", "MINUTES",
        "Ends the training after this time if its steps are not done before; the learning rate comes down by then.", "none", "--time-limit 10")
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.Number(0.001, 1e6),
    };

    private readonly Option<int?> check = Whole("--check", "N", "On how many drawn pictures of held-out combinations it is tried in the end.", "2000", "--check 500");

    private readonly Option<bool> json = OutputOptions.JsonOption("One line of JSON on standard output: folder, steps, parameters and every score with its counts and its 95% interval.");

    public TrainReaderCommand(Host host) : base("train-reader", "Train what tells the things in pictures for amused evaluate, on pictures that are drawn as it learns.")
    {
        this.host = host;
        Add(output);
        foreach (var option in (Option[])[drawings, size, steps, batchSize, learningRate, seed, timeLimit, check, json])
            Add(option);
        SetAction(parse => new ReaderTrainingJob(host).Execute(Read(parse)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused train-reader ./reader --drawings ./drawings/fluent-emoji-flat.tgz",
        "amused train-reader ./reader --drawings ./drawings/fluent-emoji-flat.tgz --time-limit 10 --json",
    ];

    private ReaderTrainingChoice Read(ParseResult parse)
    {
        ReaderTrainingOptions options = new();
        if (parse.GetValue(learningRate) is 0)
            throw new InvalidRequestException("--learning-rate: 0 teaches nothing; it must be above 0");
        return new(
            parse.GetValue(output)!,
            parse.GetValue(drawings)!,
            parse.GetValue(size) ?? SceneRenderer.DefaultSize,
            options with
            {
                Steps = parse.GetValue(steps) ?? options.Steps,
                BatchSize = parse.GetValue(batchSize) ?? options.BatchSize,
                LearningRate = parse.GetValue(learningRate) ?? options.LearningRate,
                Seed = parse.GetValue(seed) ?? options.Seed,
                TimeLimit = parse.GetValue(timeLimit) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            },
            parse.GetValue(check) ?? 2000,
            parse.GetValue(json));
    }

    private static DocumentedOption<int?> Whole(string name, string value, string summary, string defaultText, string example, int least = 1) => new(name, value, summary, defaultText, example)
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.WholeNumber(least, int.MaxValue),
    };
}
