using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Evaluation.DrawnWorld;

namespace Amused.Cli.Commands;

/// <summary><c>amused evaluate</c>: how often a model's pictures show what was asked for.</summary>
internal sealed class EvaluateCommand : DocumentedCommand
{
    private const int DefaultPrompts = 500, DefaultBatchSize = 8;

    private readonly Host host;
    private readonly EvaluationOptionSet options = new();
    private readonly SamplingOptions sampling = new();
    private readonly ModelOptions model = new();
    private readonly LoraOptions loras = new();

    public EvaluateCommand(Host host) : base("evaluate", "Measure how often a model's pictures of the drawn world show what was asked for.")
    {
        this.host = host;
        options.AddCheckTo(this);
        options.AddPromptsTo(this);
        Add(sampling.Steps);
        Add(sampling.GuidanceScale);
        options.AddSweepTo(this);
        sampling.AddConditionsTo(this);
        options.AddOutputTo(this);
        model.AddTo(this);
        loras.AddTo(this);
        SetAction(parse => new EvaluationJob(host).Execute(Read(parse)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused evaluate --model ./my-model --reader ./reader --drawings ./drawings/fluent-emoji-flat.tgz --sheet sheet.png",
        "amused evaluate --model ./my-model --reader ./reader --sweep-guidance 1,2,3,5,8 --sweep-steps 4,8,12,20 --plot sweep.png --json",
        "amused evaluate --from ./pictures --reader ./reader",
    ];

    private EvaluationChoice Read(ParseResult parse)
    {
        var from = parse.GetValue(options.From);
        if (from is not null)
            RefuseAllBut(parse, "--from judges pictures that are there", [options.Reader, options.Drawings, options.From, options.Prompts, options.Sheet, options.Json]);
        var settings = Settings(parse);
        if (parse.GetValue(options.Plot) is not null && settings.Count == 1)
            throw new InvalidRequestException("--plot needs several settings: --sweep-guidance 1,2,3,5,8 or --sweep-steps 4,8,12,20");
        return new()
        {
            Reader = parse.GetValue(options.Reader)!,
            Drawings = parse.GetValue(options.Drawings),
            From = from,
            Prompts = parse.GetValue(options.Prompts) ?? (from is null ? DefaultPrompts : int.MaxValue),
            TwoThings = parse.GetValue(options.TwoThings) ?? 0.5,
            Seed = parse.GetValue(options.Seed) ?? 0,
            Settings = settings,
            BatchSize = parse.GetValue(options.BatchSize) ?? DefaultBatchSize,
            Request = sampling.ApplyConditions(new TextToImageRequest(), parse),
            Model = from is null ? model.Read(parse, host) : null,
            Loras = loras.Read(parse),
            Pictures = parse.GetValue(options.Pictures),
            Sheet = parse.GetValue(options.Sheet),
            Plot = parse.GetValue(options.Plot),
            Json = parse.GetValue(options.Json),
        };
    }

    /// <summary>Every pair of guidance and steps.</summary>
    private IReadOnlyList<PictureSetting> Settings(ParseResult parse)
    {
        if (parse.GetValue(options.SweepGuidance) is not null && parse.GetValue(sampling.GuidanceScale) is not null)
            throw new InvalidRequestException("--guidance-scale and --sweep-guidance: give one of the two");
        if (parse.GetValue(options.SweepSteps) is not null && parse.GetValue(sampling.Steps) is not null)
            throw new InvalidRequestException("--steps and --sweep-steps: give one of the two");
        var guidance = parse.GetValue(options.SweepGuidance)?.Select(value => (float?)value).Distinct() ?? [parse.GetValue(sampling.GuidanceScale)];
        var steps = parse.GetValue(options.SweepSteps)?.Select(value => (int?)value).Distinct().ToList() ?? [parse.GetValue(sampling.Steps)];
        return [.. guidance.SelectMany(scale => steps.Select(count => new PictureSetting(scale, count)))];
    }
}
