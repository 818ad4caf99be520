using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Training;

namespace Amused.Cli.Commands;

/// <summary><c>amused train-vq</c>: trains a VQGAN, from nothing or further.</summary>
internal sealed class TrainVqCommand : DocumentedCommand
{
    private readonly VqTrainingOptions options = new();

    private readonly Option<string?> config = new DocumentedOption<string?>("--config", "FILE",
        "A file with settings, such as the training.json beside every checkpoint; options override it.", "none", "--config run.json") { Group = OptionGroups.Run };

    private readonly Option<bool> json = new DocumentedOption<bool>("--json", "", "Writes a line of JSON for each update.", "off", "--json") { Group = OptionGroups.Output };

    public TrainVqCommand(Host host) : base("train-vq", "Train a VQGAN, the part that turns pictures into tokens and back.")
    {
        options.AddTo(this);
        Add(config);
        Add(json);
        SetAction(parse => options.Execute(() => new VqTrainingJob(host, parse.GetValue(json)).Execute(Settings(parse))));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused train-vq --data ./pictures --model-config vq.json --output ./vq-run",
        "amused train-vq --config ./vq-run/checkpoint-500/training.json --resume latest",
        "amused train-vq --data \"shards/{000..127}.tar\" --model-config vq.json --crop-steps 5000 --whole-steps 1500 --quantized-steps 1500 --time-limit 3600 --output ./vq-run",
        "amused train-vq --data ./pictures --model ./my-model --crop-steps 0 --whole-steps 0 --quantized-steps 2000 --discriminator --discriminator-start 500 --output ./vq-run",
    ];

    /// <summary>The file, and the command line over it.</summary>
    private VqTrainingConfig Settings(ParseResult parse)
    {
        var settings = parse.GetValue(config) is { } path ? VqTrainingConfig.ReadSettings(path) : [];
        SettingOption.Overlay(settings, options.Read(parse));
        options.RefuseIdle(parse, settings);
        return VqTrainingConfig.FromJson(settings, "settings");
    }
}
