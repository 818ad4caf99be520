using System.CommandLine;
using Amused.Cli;
using Amused.Runtime;
using Amused.Sampling;
using Amused.Weights;
using PictureBook.Evaluation;

namespace PictureBook.Commands;

/// <summary><c>picture-book evaluate</c>: how often a model's pictures show what was asked for.</summary>
internal sealed class EvaluateCommand : Command
{
    private const int DefaultPrompts = 500, DefaultBatchSize = 8;

    private readonly Option<string> reader = new("--reader") { HelpName = "FOLDER", Description = "What tells the things in pictures: made by train-reader.", Required = true };
    private readonly Option<string?> drawings = ToolOptions.Text("--drawings", "PATH",
        "The drawings, as for make-dataset: with them, drawn pictures of the same scenes are judged too, which tells how far the check is to be trusted, and what the VQGAN leaves of them is measured.");
    private readonly Option<string?> from = ToolOptions.Text("--from", "FOLDER",
        "Judges the pictures of a folder instead of a model's: as --pictures or make-dataset --format folder writes it. "
        + "--drawings, --prompts, --sheet and --json go with it, options about making pictures don't.");
    private readonly Option<int?> prompts = ToolOptions.Number("--prompts", "N",
        "How many prompts; half of them, or --two-things, ask for two things. With --from, how many pictures at most. Default: 500, or all of the folder.", 1, 100_000);
    private readonly Option<double?> twoThings = ToolOptions.Number("--two-things", "SHARE", "The share of prompts that ask for two things. Default: 0.5.", 0.0, 1.0);
    private readonly Option<int?> seed = ToolOptions.Number("--seed", "S",
        "Which prompts, and the first picture's seed; picture k has seed S + k in every setting. Default: 0.", 0, int.MaxValue);

    private readonly Option<IReadOnlyList<int>?> steps = ToolOptions.Numbers("--steps", "N[,N…]",
        "The number of sampling steps; several are compared. Default: the checkpoint's own.", 1, 1000);
    private readonly Option<IReadOnlyList<float>?> guidance = ToolOptions.Numbers("--guidance-scale", "G[,G…]",
        "Classifier-free guidance; several are compared, with several --steps every pair of the two. Default: the checkpoint's own.", -1e6f, 1e6f);
    private readonly Option<IReadOnlyList<float>?> temperature = ToolOptions.Numbers("--temperature", "START,END",
        "How much noise the choice of positions gets at the first and the last step; one number T means T,0.01. Default: the checkpoint's own.", 0, 1e6f);
    private readonly Option<int?> batchSize = ToolOptions.Number("--batch-size", "N", "How many pictures are made at once. Default: 8.", 1, 1024);

    private readonly Option<string> model;
    private readonly Option<string?> revision = ToolOptions.Text("--revision", "NAME", "The branch, tag or commit of a model on the hub.");
    private readonly Option<string?> variant = ToolOptions.Text("--variant", "WORD", "Weight files with this word before their extension (model.fp16.safetensors).");
    private readonly Option<Precision?> precision = ToolOptions.Word("--precision", "The arithmetic of the networks. Default: auto.", PrecisionNames.All);
    private readonly Option<string?> device = ToolOptions.Text("--device", "DEVICE", "Where to compute: cpu, cuda or cuda:N. Default: cpu.");
    private readonly Option<string[]> loras = new("--lora") { HelpName = "FILE[:SCALE]", Description = "A LoRA to apply, and its strength behind a colon. Given several times, they add up." };

    private readonly Option<string?> pictures = ToolOptions.Text("--pictures", "FOLDER",
        "Also writes the pictures, with metadata.jsonl, which --from reads; with several settings, a folder in it for each.");
    private readonly Option<string?> sheet = ToolOptions.Text("--sheet", "FILE",
        "Also draws the first 100 pictures with prompt and reading on one sheet, wrong ones framed in red; with several settings those of the best; .png, .jpg or .webp.");
    private readonly Option<string?> plot = ToolOptions.Text("--plot", "FILE", "With several settings, also draws the scores over guidance and steps; .png, .jpg or .webp.");
    private readonly Option<bool> json = ToolOptions.Flag("--json", "One line of JSON on standard output: every score with its counts and its 95% interval.");

    public EvaluateCommand(Host host) : base("evaluate", "Measure how often a model's pictures of the drawn world show what was asked for.")
    {
        model = new("--model", "-m")
        {
            HelpName = "FOLDER|ID",
            Description = $"The checkpoint: a folder, a name on the hub, or {BuiltInModel.Name}, which is in the box. Default: the environment variable AMUSED_MODEL, else {BuiltInModel.Name}.",
            DefaultValueFactory = _ => host.Variable("AMUSED_MODEL") is { Length: > 0 } name ? name : BuiltInModel.Name,
        };
        Option[] all =
        [
            reader, drawings, from, prompts, twoThings, seed, steps, guidance, temperature, batchSize, model, revision, variant, precision, device, loras,
            pictures, sheet, plot, json,
        ];
        foreach (var option in all)
            Add(option);
        SetAction(parse => new EvaluationJob(host).Execute(Read(parse)));
    }

    private EvaluationChoice Read(ParseResult parse)
    {
        var folder = parse.GetValue(from);
        if (folder is not null)
            parse.RefuseIdle("--from judges pictures that are there", Options.Except([reader, drawings, from, prompts, sheet, json]));
        var settings = Settings(parse);
        if (parse.IsGiven(plot) && settings.Count == 1)
            throw new InvalidRequestException("--plot needs several settings: --guidance-scale 1,2,3,5,8 or --steps 4,8,12,20");
        return new()
        {
            Reader = parse.GetValue(reader)!,
            Drawings = parse.GetValue(drawings),
            From = folder,
            Prompts = parse.GetValue(prompts) ?? (folder is null ? DefaultPrompts : int.MaxValue),
            TwoThings = parse.GetValue(twoThings) ?? 0.5,
            Seed = parse.GetValue(seed) ?? 0,
            Settings = settings,
            Temperature = Temperature(parse.GetValue(temperature)),
            BatchSize = parse.GetValue(batchSize) ?? DefaultBatchSize,
            Model = parse.GetValue(model)!,
            Load = new()
            {
                Variant = parse.GetValue(variant),
                Precision = parse.GetValue(precision) ?? Precision.Auto,
                Device = parse.GetValue(device) ?? "cpu",
                Hub = new() { Revision = parse.GetValue(revision) },
            },
            Loras = [.. (parse.GetValue(loras) ?? []).Select(LoraChoice.Parse)],
            Pictures = parse.GetValue(pictures),
            Sheet = parse.GetValue(sheet),
            Plot = parse.GetValue(plot),
            Json = parse.GetValue(json),
        };
    }

    /// <summary>Every pair of guidance and steps; null in it is the model's own.</summary>
    private IReadOnlyList<PictureSetting> Settings(ParseResult parse) =>
    [
        .. from scale in parse.GetValue(guidance)?.Distinct().Select(value => (float?)value) ?? [null]
           from count in parse.GetValue(steps)?.Distinct().Select(value => (int?)value) ?? [null]
           select new PictureSetting(scale, count),
    ];

    private static TemperatureRange? Temperature(IReadOnlyList<float>? numbers) => numbers switch
    {
        null => null,
        [var single] => TemperatureRange.FromSingle(single),
        [var start, var end] => new(start, end),
        _ => throw new InvalidRequestException("--temperature takes one number, or two with a comma between them: --temperature 2,0"),
    };
}
