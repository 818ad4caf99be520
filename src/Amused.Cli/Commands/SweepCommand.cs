using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary><c>amused sweep</c>: one prompt over steps, guidance or seeds, as one labelled picture.</summary>
internal sealed class SweepCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly PromptOptions prompts = new(batch: false);
    private readonly RequestOptions settings = new RequestOptions()
        .AddList("steps", "Several are compared.", "5,10,15").AddList("guidance-scale", "Several are compared.", "1,3,5")
        .AddList("seed", "Several are compared; else every cell has the same.", "1,2,3")
        .Add("width").Add("height").Add("temperature").Add("aesthetic-score").Add("crop");

    private readonly ModelOptions model = new();
    private readonly LoraOptions loras = new();
    private readonly Option<bool> json = OutputOptions.JsonOption("One line of JSON on standard output: path, and for each cell its settings and seconds of each stage.");

    private readonly Option<string?> output = new DocumentedOption<string?>("--output", "FILE",
        "The grid's file: .png, .jpg or .webp. May hold {seed} and {prompt}. Missing folders are made, an existing file is replaced.", "sweep.png", "--output guidance.png", "-o")
    { Group = OptionGroups.Output };

    public SweepCommand(Host host) : base("sweep", "Compare steps, guidance scales or seeds: a grid of one prompt with a label under each cell.")
    {
        this.host = host;
        prompts.AddTo(this);
        settings.AddTo(this);
        Add(output);
        Add(json);
        model.AddTo(this);
        loras.AddTo(this);
        SetAction(parse => new SweepRunner(host, parse.GetValue(json)).Execute(Read(parse)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused sweep \"a red fox\" --steps 5,10,15 --model amused/amused-256",
        "amused sweep \"a red fox\" --guidance-scale 1,3,5,8 --seed 1,2,3 --output fox-guidance.png -m amused/amused-256",
    ];

    private Sweep Read(ParseResult parse)
    {
        var prompt = prompts.Read(parse) is [var only] ? only : throw new InvalidRequestException("sweep takes one prompt");
        var negatives = parse.GetValue(prompts.NegativePrompt) ?? [];
        if (negatives.Length > 1)
            throw new InvalidRequestException("sweep takes one negative prompt");
        var axes = Axes(parse);
        var request = new TextToImageRequest(prompt) { NegativePrompts = negatives, Seed = Random.Shared.NextInt64(1L << 32) };
        return new(
            prompt, negatives, axes, model.Read(parse, host), loras.Read(parse), parse.GetValue(output) ?? "sweep.png",
            settings.Apply(request, parse), [.. settings.Settings]);
    }

    /// <summary>The lists, in the order in which they were given: rows × columns when there are two.</summary>
    private IReadOnlyList<SweepAxis> Axes(ParseResult parse)
    {
        var given = settings.Settings.Select(setting => new SweepAxis(setting, settings.ValuesOf(parse, setting.Name)));
        var axes = given.Where(axis => axis.Values.Count > 1).ToList();
        if (axes.Count is 0 or > 2)
            throw new InvalidRequestException("sweep compares one or two of --steps, --guidance-scale and --seed: give lists, such as --steps 5,10,15");
        var order = parse.Tokens.Select(token => token.Value).ToList();
        return [.. axes.OrderBy(axis => order.FindIndex(word => IsNameOf(settings[axis.Setting.Name], word)))];
    }

    private static bool IsNameOf(Option option, string word) => word == option.Name || option.Aliases.Contains(word);
}
