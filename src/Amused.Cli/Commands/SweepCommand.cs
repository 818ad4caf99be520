using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary><c>amused sweep</c>: one prompt over steps, guidance or seeds, as one labelled picture.</summary>
internal sealed class SweepCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly PromptOptions prompts = new(batch: false);
    private readonly SizeOptions size = new();
    private readonly SamplingOptions sampling = new();
    private readonly ModelOptions model = new();
    private readonly LoraOptions loras = new();
    private readonly Option<bool> json = OutputOptions.JsonOption("One line of JSON on standard output: path, and for each cell its settings and seconds of each stage.");

    private readonly Option<IReadOnlyList<long>?> steps = new DocumentedOption<IReadOnlyList<long>?>("--steps", "N[,N…]",
        "The number of sampling steps, or several to compare, 1 to 1000.", "the checkpoint's own, else 12", "--steps 5,10,15", "-s")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(1, 1000),
    };

    private readonly Option<IReadOnlyList<float>?> guidance = new DocumentedOption<IReadOnlyList<float>?>("--guidance-scale", "G[,G…]",
        "Classifier-free guidance, or several to compare.", "the checkpoint's own, else 10", "--guidance-scale 1,3,5", "-g")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.Numbers(-1e6, 1e6),
    };

    private readonly Option<IReadOnlyList<long>?> seed = new DocumentedOption<IReadOnlyList<long>?>("--seed", "S[,S…]",
        "The seed of every cell, or several to compare.", "random, and told", "--seed 1,2,3")
    {
        Group = OptionGroups.Sampling,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(long.MinValue, long.MaxValue),
    };

    private readonly Option<string?> output = new DocumentedOption<string?>("--output", "FILE",
        "The grid's file: .png, .jpg or .webp. May hold {seed} and {prompt}. Missing folders are made, an existing file is replaced.", "sweep.png", "--output guidance.png", "-o")
    { Group = OptionGroups.Output };

    public SweepCommand(Host host) : base("sweep", "Compare steps, guidance scales or seeds: a grid of one prompt with a label under each cell.")
    {
        this.host = host;
        prompts.AddTo(this);
        Add(steps);
        Add(guidance);
        Add(seed);
        size.AddTo(this);
        sampling.AddConditionsTo(this);
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
        return new Sweep(
            prompt, negatives, axes,
            model.Read(parse, host),
            loras.Read(parse),
            parse.GetValue(output) ?? "sweep.png",
            sampling.ApplyConditions(new TextToImageRequest
            {
                Prompts = [prompt],
                NegativePrompts = negatives,
                Width = parse.GetValue(size.Width),
                Height = parse.GetValue(size.Height),
                Steps = parse.GetValue(steps) is [var count] ? (int)count : null,
                GuidanceScale = parse.GetValue(guidance) is [var scale] ? scale : null,
                Seed = parse.GetValue(seed) is [var single] ? single : Random.Shared.NextInt64(1L << 32),
            }, parse));
    }

    /// <summary>The lists, in the order in which they were given: rows × columns when there are two.</summary>
    private IReadOnlyList<SweepAxis> Axes(ParseResult parse)
    {
        var axes = new List<(Option Option, SweepAxis Axis)>();
        if (parse.GetValue(steps) is { Count: > 1 } counts)
            axes.Add((steps, new("steps", [.. counts.Select(SweepValue.Steps)])));
        if (parse.GetValue(guidance) is { Count: > 1 } scales)
            axes.Add((guidance, new("guidance-scale", [.. scales.Select(SweepValue.Guidance)])));
        if (parse.GetValue(seed) is { Count: > 1 } seeds)
            axes.Add((seed, new("seed", [.. seeds.Select(SweepValue.Seed)])));
        if (axes.Count is 0 or 3)
            throw new InvalidRequestException("sweep compares one or two of --steps, --guidance-scale and --seed: give lists, such as --steps 5,10,15");
        var order = parse.Tokens.Select(token => token.Value).ToList();
        return [.. axes.OrderBy(axis => order.FindIndex(word => axis.Option.Aliases.Append(axis.Option.Name).Contains(word))).Select(axis => axis.Axis)];
    }
}
