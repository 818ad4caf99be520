using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Output;
using Amused.Runtime;

namespace Amused.Cli.Commands;

/// <summary><c>amused init</c>: writes a checkpoint of random weights, to train or to measure with.</summary>
internal sealed class InitCommand : DocumentedCommand
{
    private readonly Argument<string> folder = new("FOLDER") { Description = "The folder to make." };

    private readonly Option<string> config = new DocumentedOption<string>("--config", "256|512|FILE",
        "The sizes: those of amused-256 or amused-512, or a file with one's own.", "none: it must be given", "--config 256")
    {
        Group = OptionGroups.Model,
        Required = true,
        Choices = ["256", "512"],
    };

    private readonly Option<IReadOnlyList<long>?> seed =
        new DocumentedOption<IReadOnlyList<long>?>("--seed", "S", "The seed of the random weights.", "0", "--seed 42")
    {
        Group = OptionGroups.Model,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(long.MinValue, long.MaxValue),
    };

    private readonly Option<Precision?> precision = new DocumentedOption<Precision?>("--precision", "fp32|bf16|fp16",
        "The type that weights are written in.", "fp32", "--precision bf16")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.Word(PrecisionNames.Stored),
        Choices = [.. PrecisionNames.Stored.Select(name => name.Word)],
    };

    private readonly Option<string?> tokenizer = new DocumentedOption<string?>("--tokenizer", "FOLDER",
        "The tokenizer to copy: a folder with vocab.json and merges.txt.", "one of single bytes, without merges",
        "--tokenizer ./clip-tokenizer")
    { Group = OptionGroups.Model };

    public InitCommand(Host host) : base("init", "Write a checkpoint of random weights, which draws noise until it is trained.")
    {
        Add(folder);
        Add(config);
        Add(seed);
        Add(precision);
        Add(tokenizer);
        SetAction(parse =>
        {
            if (parse.GetValue(seed) is { Count: > 1 })
                throw new InvalidRequestException("--seed: init takes one seed");
            var path = parse.GetValue(folder)!;
            ProgressDisplay.For(host).Run($"writing {path}", _ =>
            {
                CheckpointInit.Create(
                    path, CheckpointConfig.Find(parse.GetValue(config)!), parse.GetValue(seed)?[0] ?? 0, parse.GetValue(precision)
                        ?? Precision.Float32, parse.GetValue(tokenizer),
                    host.Cancellation);
                return true;
            });
            host.Out.WriteLine(path);
        });
    }

    public override IReadOnlyList<string> Examples =>
        ["amused init --config 256 ./random-256", "amused init --config 512 --seed 1 --precision bf16 ./random-512"];
}
