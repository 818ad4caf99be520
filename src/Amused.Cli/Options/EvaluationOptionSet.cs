using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>What a model is asked, how it is judged, and what is written of it.</summary>
internal sealed class EvaluationOptionSet
{
    private const string Check = "Check";

    public Option<string> Reader { get; } = new DocumentedOption<string>("--reader", "FOLDER",
        "What tells the things in pictures: made by amused train-reader.", "none: it must be given", "--reader ./reader") { Group = Check, Required = true };

    public Option<string?> Drawings { get; } = new DocumentedOption<string?>("--drawings", "PATH",
        "The drawings, as for make-dataset: with them, drawn pictures of the same scenes are judged too, which tells how far the check is to be trusted, and what the VQGAN leaves of them is measured.",
        "none: neither is done", "--drawings ./drawings/fluent-emoji-flat.tgz") { Group = Check };

    public Option<string?> From { get; } = new DocumentedOption<string?>("--from", "FOLDER",
        "Judges the pictures of a folder instead of a model's: as --pictures or make-dataset --format folder writes it. "
        + "--drawings, --prompts, --sheet and --json go with it, options about making pictures don't.", "none: pictures are made", "--from ./pictures") { Group = Check };

    public Option<int?> Prompts { get; } = Whole("--prompts", "N", "How many prompts; half of them, or --two-things, ask for two things. With --from, how many pictures at most.", "500, or all of the folder", "--prompts 100", 1, 100_000);

    public Option<double?> TwoThings { get; } = new DocumentedOption<double?>("--two-things", "SHARE", "The share of prompts that ask for two things.", "0.5", "--two-things 0.5")
    {
        Group = OptionGroups.Words,
        CustomParser = OptionValues.Fraction(),
    };

    public Option<int?> Seed { get; } = Whole("--seed", "S", "Which prompts, and the first picture's seed; picture k has seed S + k in every setting.", "0", "--seed 42", 0, int.MaxValue);

    public Option<IReadOnlyList<float>?> SweepGuidance { get; } = new DocumentedOption<IReadOnlyList<float>?>("--sweep-guidance", "G[,G…]", "Guidance scales to compare.", "none: one setting", "--sweep-guidance 1,2,3,5,8")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Numbers(-1e6, 1e6),
    };

    public Option<IReadOnlyList<long>?> SweepSteps { get; } = new DocumentedOption<IReadOnlyList<long>?>("--sweep-steps", "N[,N…]",
        "Numbers of steps to compare; with --sweep-guidance, every pair of the two.", "none: one setting", "--sweep-steps 4,8,12,20")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(1, 1000),
    };

    public Option<int?> BatchSize { get; } = new DocumentedOption<int?>("--batch-size", "N", "How many pictures are made at once.", "8", "--batch-size 16")
    {
        Group = OptionGroups.Sampling,
        CustomParser = OptionValues.WholeNumber(1, 1024),
    };

    public Option<string?> Pictures { get; } = Path("--pictures", "FOLDER", "Also writes the pictures, with metadata.jsonl, which --from reads; with several settings, a folder in it for each.", "--pictures ./pictures");

    public Option<string?> Sheet { get; } = Path("--sheet", "FILE",
        "Also draws the first 100 pictures with prompt and reading on one sheet, wrong ones framed in red; with several settings those of the best; .png, .jpg or .webp.", "--sheet sheet.png");

    public Option<string?> Plot { get; } = Path("--plot", "FILE", "With several settings, also draws the scores over guidance and steps; .png, .jpg or .webp.", "--plot sweep.png");

    public Option<bool> Json { get; } = OutputOptions.JsonOption("One line of JSON on standard output: every score with its counts and its 95% interval.");

    public void AddCheckTo(Command command) => Add(command, Reader, Drawings, From);

    public void AddPromptsTo(Command command) => Add(command, Prompts, TwoThings, Seed);

    public void AddSweepTo(Command command) => Add(command, SweepGuidance, SweepSteps, BatchSize);

    public void AddOutputTo(Command command) => Add(command, Pictures, Sheet, Plot, Json);

    private static void Add(Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Add(option);
    }

    private static DocumentedOption<string?> Path(string name, string value, string summary, string example) => new(name, value, summary, "none", example) { Group = OptionGroups.Output };

    private static DocumentedOption<int?> Whole(string name, string value, string summary, string defaultText, string example, int least, int most) => new(name, value, summary, defaultText, example)
    {
        Group = OptionGroups.Words,
        CustomParser = OptionValues.WholeNumber(least, most),
    };
}
